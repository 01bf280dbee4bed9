/** The graph of an ONNX file that `encodeOnnx` wrote, as it was but for its metadata. */
import onnxProto, { type onnx as Onnx } from "onnx-proto";
import type { Attribute, Constant, Graph, GraphNode, Value } from "./graph.ts";

// The package is CommonJS: its namespace arrives as the default import.
const { onnx } = onnxProto;

/**
 * A file does not say the shapes of what is computed: its nodes have none here. A free batch is 1. Throws what the decoder throws,
 * and an `Error` for what `encodeOnnx` does not write.
 */
export function readOnnxGraph(file: Uint8Array): Graph {
  const { graph } = onnx.ModelProto.decode(file);
  const constants = (graph?.initializer ?? []).map(readConstant);
  return {
    nodes: (graph?.node ?? []).map(readNode),
    constants: new Map(constants.map((constant) => [constant.name, constant])),
    inputs: (graph?.input ?? []).map(readValue),
    outputs: (graph?.output ?? []).map(readValue),
  };
}

function readValue({ name, type }: Onnx.IValueInfoProto): Value {
  const dimensions = type?.tensorType?.shape?.dim ?? [];
  return { name: name ?? "", shape: dimensions.map(({ dimValue }) => Number(dimValue ?? 0) || 1) };
}

function readNode({ opType, domain, input, output, attribute }: Onnx.INodeProto): GraphNode {
  return {
    operator: opType ?? "",
    ...(domain === "" || domain === null || domain === undefined ? {} : { domain }),
    inputs: input ?? [],
    outputs: output ?? [],
    shapes: [],
    attributes: Object.fromEntries((attribute ?? []).map((field) => [field.name, readAttribute(field)])),
  };
}

function readAttribute({ name, type, i, f, s, ints }: Onnx.IAttributeProto): Attribute {
  const { AttributeType } = onnx.AttributeProto;
  if (type === AttributeType.INT) return Number(i);
  if (type === AttributeType.FLOAT) return { float: Number(f) };
  if (type === AttributeType.INTS) return (ints ?? []).map(Number);
  if (type === AttributeType.STRING) return String.fromCharCode(...(s ?? []));
  throw new Error(`attribute ${name} is of a type that is not written here`);
}

function readConstant({ name, dims, dataType, rawData }: Onnx.ITensorProto): Constant {
  const { FLOAT, INT64 } = onnx.TensorProto.DataType;
  if (dataType !== FLOAT && dataType !== INT64)
    throw new Error(`constant ${name} is of a type that no network here has`);
  // A copy at offset 0, as numbers of 4 and 8 bytes need.
  const { buffer } = Uint8Array.from(rawData ?? []);
  const data = dataType === FLOAT ? new Float32Array(buffer) : new BigInt64Array(buffer);
  return { name: name ?? "", shape: (dims ?? []).map(Number), data };
}
