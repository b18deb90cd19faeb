/** The digits and signs of a telephone, in its order. */
export const KEYS = [..."1234567890*#"];

/** The first key that is not given yet. */
export function firstFreeKey(keys: Record<string, unknown>): string | undefined {
  return KEYS.find((key) => !(key in keys));
}
