// Durations, sizes and numbers as short text. The rules are those of drawing/amount.py.

const UNITS = [[86400, "d", 3600, "h"], [3600, "h", 60, "min"], [60, "min", 1, "s"]];
const THOUSANDS = ["", "k", "M", "G", "T", "P"];

const rounded = (number, parts) => Math.floor(number * parts + 0.5) / parts;

/** How long, in at most two units. */
export function duration(seconds) {
  const some = Math.max(0, seconds);
  if (some < 1) return `${rounded(some, 100).toFixed(2)} s`;
  if (some < 59.95) return `${rounded(some, 10).toFixed(1)} s`;
  const whole = Math.round(some);
  const [unit, name, part, partName] = UNITS.find(([size]) => whole >= size);
  return `${Math.floor(whole / unit)} ${name} ${Math.floor((whole % unit) / part)} ${partName}`;
}

/** Bytes of memory, for people. */
export function memory(size) {
  let amount = size;
  let power = 0;
  for (; amount >= 1024 && power < 4; power += 1) amount /= 1024;
  const digits = amount < 1000 ? Number(amount.toPrecision(3)) : Math.round(amount);
  return `${digits} ${["B", "KiB", "MiB", "GiB", "TiB"][power]}`;
}

/** A number in about three digits. */
export function amount(number) {
  if (number < 0) return `-${amount(-number)}`;
  if (number > 0 && number < 0.001) return "<0.001";
  if (number >= 1e18) return "∞";
  if (number < 1) return `${rounded(number, 1000)}`;
  const [some, power] = scaled(number);
  return `${some}${THOUSANDS[power]}`;
}

/** Bytes of artifacts, in the units of budgets. */
export function size(bytes) {
  const [some, power] = scaled(bytes);
  return `${some} ${power === 1 ? "k" : THOUSANDS[power]}B`;
}

function scaled(number) {
  let some = number;
  let power = 0;
  for (; some >= 999.5 && power < 5; power += 1) some /= 1000;
  return [rounded(some, some < 10 ? 100 : some < 100 ? 10 : 1), power];
}
