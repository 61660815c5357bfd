/** Limits how often the curves are drawn, and draws them only while visible. */

/** Minimum interval in milliseconds; the second for people who prefer less motion. */
const [PACE, CALM] = [100, 1000];
/** Minimum interval as a multiple of a drawing's time. */
const SHARE = 5;

/**
 * @param {Element} host
 * @param {() => void} draw
 * @returns {(now?: boolean) => void} requests a drawing: at once after a person's action (`now`), else when it is due
 */
export function createDrawingPace(host, draw) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let [frame, timer] = [0, 0];
  let [drawnAt, cost] = [-Infinity, 0];
  let visible = true;

  function later(now = false) {
    if (!visible || frame) return;
    const wait = drawnAt + Math.max(calm.matches ? CALM : PACE, cost * SHARE) - performance.now();
    if (!now && wait > 0) {
      timer ||= window.setTimeout(() => {
        timer = 0;
        later(true);
      }, wait);
      return;
    }
    clearTimeout(timer);
    timer = 0;
    frame = requestAnimationFrame(() => {
      frame = 0;
      drawnAt = performance.now();
      draw();
      cost = performance.now() - drawnAt;
    });
  }

  const watch = new IntersectionObserver(
    ([entry]) => {
      visible = entry?.isIntersecting ?? true;
      if (visible) later(true);
    },
    { rootMargin: "100px" },
  );
  watch.observe(host);
  return later;
}
