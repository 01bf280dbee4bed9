/** Plans by name: the two trainings of the paper's experiment, as what differs from the defaults, which are the paper's. */
import { defaultTraining, type TrainingConfiguration } from "#contract/training-configuration.ts";
import { uNetWidthBeside } from "#networks/networks.ts";

export const protocolNames = ["zhang2020", "zhang2020-u-net"] as const;

const changes: Record<(typeof protocolNames)[number], Partial<TrainingConfiguration>> = {
  zhang2020: {},
  "zhang2020-u-net": { network: "u-net", width: uNetWidthBeside(defaultTraining.width) },
};

export function protocolPlan(name: (typeof protocolNames)[number]): TrainingConfiguration {
  return { ...defaultTraining, ...changes[name] };
}
