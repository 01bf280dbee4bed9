/** The settings of a schema as a list: what is nested is named with dots, such as `augmentation.noiseHu`. */
import { z } from "zod";

export type Setting = {
  readonly path: string;
  readonly kind: "number" | "integer" | "boolean" | "string";
  readonly fallback: unknown;
  /** Such as "a whole number from 1 to 256". */
  readonly range: string;
  readonly help: string;
};

/** In the schema's order. Every setting needs a default and a description; throws an `Error` for one without. */
export function settingsOf(schema: z.ZodObject): Setting[] {
  return settingsUnder(z.toJSONSchema(schema, { io: "input" }), "");
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

function settingsUnder({ properties = {} }: JsonSchema, prefix: string): Setting[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    if (typeof property === "boolean") throw new Error(`${path} takes anything`);
    return property.type === "object" ? settingsUnder(property, `${path}.`) : [setting(path, property)];
  });
}

function setting(path: string, property: JsonSchema): Setting {
  const { type, default: fallback, description } = property;
  if (type !== "number" && type !== "integer" && type !== "boolean" && type !== "string")
    throw new Error(`${path} is of type ${type}: a setting is a number, a text or true or false`);
  if (fallback === undefined || description === undefined)
    throw new Error(`${path} needs a default and a description`);
  return { path, kind: type, fallback, range: rangeOf(property), help: description };
}

function rangeOf(property: JsonSchema): string {
  const { type, enum: values, multipleOf } = property;
  if (values !== undefined) return `one of ${values.join(", ")}`;
  if (type === "boolean") return "true or false";
  if (type === "string") return "a text";
  const { minimum, exclusiveMinimum, maximum = Number.MAX_SAFE_INTEGER } = property;
  const from = exclusiveMinimum === undefined ? `from ${minimum}` : `above ${exclusiveMinimum}`;
  // Zod bounds whole numbers by what a double holds exactly, which is no bound of the setting.
  const to =
    maximum >= Number.MAX_SAFE_INTEGER
      ? ""
      : exclusiveMinimum === undefined
        ? ` to ${maximum}`
        : `, at most ${maximum}`;
  const steps = multipleOf === undefined ? "" : `, a multiple of ${multipleOf}`;
  return `${type === "integer" ? "a whole number" : "a number"} ${from}${to}${steps}`;
}
