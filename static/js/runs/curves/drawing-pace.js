/** When curves are drawn: before the next frame of the screen at most once, not too often, and only where they are seen. */

/** So often at most, in milliseconds; where less motion is asked for, once a second. */
const [PACE, CALM] = [100, 1000];
/** Drawing has one part of so many of the time. */
const SHARE = 5;

/**
 * @param {Element} host
 * @param {() => void} draw
 * @returns {(now?: boolean) => void} asks for a drawing: `now` for what a person did, else when it is time
 */
export function createPace(host, draw) {
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
