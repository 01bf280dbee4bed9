/** A graph as the bytes of an ONNX file, and the metadata of such a file. Operator set 18, IR version 9. */
import onnxProto, { type onnx as Onnx } from "onnx-proto";
import type { Attribute, Constant, Graph } from "./graph.ts";

// The package is CommonJS: its namespace arrives as the default import.
const { onnx } = onnxProto;

const operatorSet = 18;
const intermediateRepresentation = 9;

type FileOptions = {
  readonly metadata?: Readonly<Record<string, string>>;
  /** True: the first dimension of inputs and outputs is called `batch` and may be any number. */
  readonly freeBatch?: boolean;
};

export function encodeOnnx(graph: Graph, { metadata = {}, freeBatch = false }: FileOptions = {}): Uint8Array {
  const { FLOAT } = onnx.TensorProto.DataType;
  const valueInfo = ({ name, shape }: { name: string; shape: readonly number[] }): Onnx.IValueInfoProto => ({
    name,
    type: {
      tensorType: {
        elemType: FLOAT,
        shape: {
          dim: shape.map((size, axis) =>
            freeBatch && axis === 0 ? { dimParam: "batch" } : { dimValue: size },
          ),
        },
      },
    },
  });
  const model = onnx.ModelProto.create({
    irVersion: intermediateRepresentation,
    producerName: "delineate",
    opsetImport: [
      { domain: "", version: operatorSet },
      ...[...new Set(graph.nodes.flatMap(({ domain }) => domain ?? []))].map((domain) => ({
        domain,
        version: 1,
      })),
    ],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: "delineate",
      node: graph.nodes.map(({ operator, domain = "", inputs, outputs, attributes }) => ({
        opType: operator,
        domain,
        name: outputs[0],
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([name, value]) => encodeAttribute(name, value)),
      })),
      initializer: [...graph.constants.values()].map(({ name, shape, data }) => ({
        name,
        dims: [...shape],
        dataType: dataTypeOf(data),
        rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      })),
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
    },
  });
  return onnx.ModelProto.encode(model).finish();
}

function dataTypeOf(data: Constant["data"]): Onnx.TensorProto.DataType {
  const { FLOAT, INT64, INT32, INT8, UINT8 } = onnx.TensorProto.DataType;
  if (data instanceof Float32Array) return FLOAT;
  if (data instanceof BigInt64Array) return INT64;
  if (data instanceof Int32Array) return INT32;
  return data instanceof Int8Array ? INT8 : UINT8;
}

function encodeAttribute(name: string, value: Attribute): Onnx.IAttributeProto {
  const { AttributeType } = onnx.AttributeProto;
  if (typeof value === "number") return { name, type: AttributeType.INT, i: value };
  if (typeof value === "string") {
    return {
      name,
      type: AttributeType.STRING,
      s: Uint8Array.from(value, (character) => character.charCodeAt(0)),
    };
  }
  if ("float" in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

/** The float constants of an ONNX file that `encodeOnnx` wrote, by name. Throws what the decoder throws. */
export function readOnnxConstants(file: Uint8Array): Map<string, Constant & { readonly data: Float32Array }> {
  const constants = new Map<string, Constant & { readonly data: Float32Array }>();
  for (const { name, dims, dataType, rawData } of onnx.ModelProto.decode(file).graph?.initializer ?? []) {
    if (dataType !== onnx.TensorProto.DataType.FLOAT || rawData === null || rawData === undefined) continue;
    // A copy at offset 0, as 32-bit floats need.
    const data = new Float32Array(Uint8Array.from(rawData).buffer);
    constants.set(name ?? "", { name: name ?? "", shape: (dims ?? []).map(Number), data });
  }
  return constants;
}

/** The metadata of an ONNX file. Throws what the decoder throws if the bytes are none. */
export function readOnnxMetadata(file: Uint8Array): Map<string, string> {
  const model = onnx.ModelProto.decode(file);
  return new Map(model.metadataProps.map(({ key, value }) => [key ?? "", value ?? ""]));
}

/** The file with any number of rows and columns of images allowed, where `encodeOnnx` wrote the shape of one. Throws what the decoder throws. */
export function freeImageSize(file: Uint8Array): Uint8Array {
  const model = onnx.ModelProto.decode(file);
  for (const { type } of [...(model.graph?.input ?? []), ...(model.graph?.output ?? [])]) {
    const shape = type?.tensorType?.shape;
    if (shape?.dim?.length !== 4) continue;
    const [batch, channels] = shape.dim;
    shape.dim = [batch, channels, { dimParam: "rows" }, { dimParam: "columns" }];
  }
  return onnx.ModelProto.encode(model).finish();
}

/** The file with one entry of its metadata set; all else is written as it was. Throws what the decoder throws. */
export function setOnnxMetadata(file: Uint8Array, key: string, value: string): Uint8Array {
  const model = onnx.ModelProto.decode(file);
  model.metadataProps = [...model.metadataProps.filter((entry) => entry.key !== key), { key, value }];
  return onnx.ModelProto.encode(model).finish();
}
