// The trend of values that somebody measured: robust, so that neither a spike nor a night of backups turns it, and honest
// about sudden drops, which are no trend. Pure. Theil and Sen's slope: the median of those of all pairs.

/** A value at a time. How many readings it is made of does not count: another interval of reading must not turn a trend. */
export interface Point {
  x: number;
  y: number;
}

/** So many of the newest values say where it stands: two spikes among them do not move it. */
export const NEWEST = 5;
/** A drop is more than so many times what one value differs from the next one, usually… */
const NOISE_TIMES = 6;
/** …and so much of all that the values span; it may take a twelfth of them, such as a big disk's cleaning. */
const SPAN_SHARE = 1 / 4;
const FALLS_SHARE = 1 / 12;
/** What falls so many times further in the time before and behind is none. */
const SLOW_TIMES = 1.3;
/** One value below may be a mistake. */
const BELIEVED = 2;
/** With more drops than this they are its rhythm. */
const DROPS_MAX = 3;
/** So many values behind a drop tell the new trend alone; before, those from before it help. */
const ENOUGH = 12;
/** A slope that is less than so many times its standard error is taken for chance. */
const ERRORS_MIN = 3;
/** The standard deviation of what is normally distributed, by the median of absolute deviations. */
const DEVIATION = 1.4826;

export interface Trend {
  /** By the unit of x. */
  slope: number;
  /** Whether it is more than the noise of the values. */
  isClear: boolean;
  /** How many standard errors it is. */
  errors: number;
  /** Since where it goes without a drop. */
  from: number;
  /** Where the trend stands at a place: by the newest values, carried there. */
  at(x: number): number;
}

/**
 * The trend of points in the order of their x. A sudden drop away from where they go (`up`: upwards) is no part of it, be it a
 * disk that was cleaned or a counter that began anew: the trend is that since the last one, and from before it as long as there
 * is little behind it. What drops again and again has the trend of the whole. Undefined where no two points are apart.
 */
export function trendOf(points: readonly Point[], up: boolean): Trend | undefined {
  const all = betweenDrops(points, up);
  const last = all.at(-1) ?? [];
  const stretches = last.length >= ENOUGH ? [last] : all;
  const slope = slopeOf(stretches);
  if (slope === undefined) return undefined;
  const newest = last.slice(-NEWEST);
  const errors = errorsOf(stretches, slope);
  return {
    slope,
    isClear: errors >= ERRORS_MIN,
    errors,
    from: last[0]?.x ?? 0,
    at: (x) => median(newest.map((point) => point.y + slope * (x - point.x))),
  };
}

/** The median slope of all pairs within a stretch; undefined where no two points are apart. */
export function slopeOf(stretches: readonly (readonly Point[])[]): number | undefined {
  const slopes = new Float64Array(stretches.reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0));
  let count = 0;
  for (const points of stretches) {
    for (const [i, a] of points.entries()) {
      for (let j = i + 1; j < points.length; j++) {
        const b = points[j];
        if (b && b.x !== a.x) slopes[count++] = (b.y - a.y) / (b.x - a.x);
      }
    }
  }
  return count === 0 ? undefined : median(slopes.subarray(0, count));
}

/** How many standard errors a slope is: of points on a line without end, and none of none. */
function errorsOf(stretches: readonly (readonly Point[])[], slope: number): number {
  let squares = 0;
  const deviations = stretches.flatMap((points) => {
    const mean = points.reduce((sum, { x }) => sum + x, 0) / points.length;
    for (const { x } of points) squares += (x - mean) ** 2;
    const levels = points.map(({ x, y }) => y - slope * x);
    const level = median(levels);
    return levels.map((each) => Math.abs(each - level));
  });
  const error = (DEVIATION * median(deviations)) / Math.sqrt(squares);
  return slope === 0 ? 0 : Math.abs(slope) / error;
}

/** The points without their sudden drops, in stretches; what drops in a rhythm is one stretch. */
export function betweenDrops(points: readonly Point[], up: boolean): Point[][] {
  const ys = points.map(({ y }) => (up ? y : -y));
  const reach = Math.max(1, Math.floor(points.length * FALLS_SHARE));
  const falls = ys.slice(reach).map((y, i) => (ys[i] ?? y) - y);
  const usual = median(falls);
  const steps = ys.slice(1).map((y, i) => y - (ys[i] ?? y));
  const typical = median(steps);
  const noise = DEVIATION * median(steps.map((step) => Math.abs(step - typical)));
  const least = Math.max(NOISE_TIMES * noise, (Math.max(...ys) - Math.min(...ys)) * SPAN_SHARE);
  const isFall = (i: number) => (falls[i] ?? 0) - usual >= least && (falls[i] ?? 0) > 0;
  const stretches: Point[][] = [];
  let begin = 0;
  for (let i = 0; i < falls.length; i++) {
    if (!isFall(i)) continue;
    const first = Math.max(begin, i);
    while (isFall(i + 1)) i++;
    const trough = indexOfLeast(ys, first, i + reach);
    const peak = indexOfMost(ys, first, trough);
    // A spike falls too, but to where it came from.
    const before = median(ys.slice(Math.max(begin, peak - NEWEST + 1), peak + 1));
    const behind = median(ys.slice(trough, trough + NEWEST));
    if (isSlow(ys, peak, trough, reach) || before - behind < least / 2 || ys.length - trough < BELIEVED) continue;
    stretches.push(points.slice(begin, peak + 1));
    begin = trough;
  }
  return stretches.length > DROPS_MAX ? [[...points]] : [...stretches, points.slice(begin)];
}

/** Whether a fall is the steepest part of a longer one, as of what swings by day and night. */
function isSlow(ys: readonly number[], peak: number, trough: number, reach: number): boolean {
  const sum = (from: number, to: number) => (ys[from] ?? 0) - (ys[Math.min(to, ys.length - 1)] ?? 0);
  return sum(Math.max(0, peak - reach), trough + reach) > SLOW_TIMES * sum(peak, trough);
}

/** Where the first of the least is, from one place to another. */
function indexOfLeast(ys: readonly number[], from: number, to: number): number {
  let found = from;
  for (let i = from; i <= Math.min(to, ys.length - 1); i++) if ((ys[i] ?? 0) < (ys[found] ?? 0)) found = i;
  return found;
}

/** Where the last of the greatest is. */
function indexOfMost(ys: readonly number[], from: number, to: number): number {
  let found = from;
  for (let i = from; i <= to; i++) if ((ys[i] ?? 0) >= (ys[found] ?? 0)) found = i;
  return found;
}

/** The middle one, or the mean of the two in the middle; 0 of none. */
export function median(values: Iterable<number>): number {
  const sorted = (values instanceof Float64Array ? values : Float64Array.from(values)).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  if (sorted.length % 2 === 1) return upper;
  const lower = sorted[middle - 1] ?? upper;
  return lower + (upper - lower) / 2;
}
