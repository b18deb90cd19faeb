/** The numbers of a range, as wide as its first: ("0801", 3) → 0801, 0802, 0803. Empty when they would grow longer. */
export function numbersOf(first: string, count: number): string[] {
  const start = Number(first);
  const numbers = Array.from({ length: count }, (_, step) => String(start + step).padStart(first.length, "0"));
  return numbers.some((number) => number.length > first.length) ? [] : numbers;
}
