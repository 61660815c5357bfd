/** The output as a curve over what is pushed: its tangent, and the gap between the two at the push. */

import { ignoreFailedCall } from "../../kit/http.js";
import { oneAtATime } from "../../kit/one-at-a-time.js";
import { createPlot } from "../../kit/plot.js";
import { heights, stretch } from "./pushed.js";

/** @typedef {import("../../figure/answers.js").CurveAnswer} CurveAnswer */
/** @typedef {import("../../figure/answers.js").NudgeAnswer} NudgeAnswer */
/** @typedef {import("./elements.js").Known} Known */
/** @typedef {import("./push-target.js").Target} Target */

/** Places of a curve. */
const POINTS = 161;

/** @param {Target} at */
const keyOf = ({ id, index }) => `${id} ${index.join(",")}`;

/**
 * @param {import("../../figure/types.js").App} app
 * @param {HTMLElement} place
 * @param {object} options
 * @param {ReturnType<typeof import("./push-target.js").createTarget>} options.pushed
 * @param {() => NudgeAnswer | null} options.answer to the push
 * @param {(width: number) => number} options.ratio height divided by width
 */
export function createPushCurve(app, place, { pushed, answer, ratio }) {
  const { t } = app;
  const { subject, own } = pushed;
  /** @type {CurveAnswer | null} */
  let curve = null;
  /** What the curve is of. */
  let drawn = "";

  function description() {
    const at = subject();
    if (!at || !app.graph) return "";
    const output = app.graph.nodes.find(({ id }) => id === app.graph?.output)?.called ?? "";
    const words = t("{output} over {name}; the tangent at {x} has the slope {slope}.", { output, name: at.name, x: at.valueText, slope: at.slopeText });
    return at.broken ? `${words} ${t("The dashed line is the gradient by the broken rule: {slope}.", { slope: at.broken.text })}` : words;
  }

  const plot = createPlot(place, () => {
    const at = subject();
    if (!at || !curve || curve.input !== at.id || !app.graph || drawn !== keyOf(at)) return null;
    const { graph } = app;
    const output = graph.nodes.find(({ id }) => id === graph.output);
    const y0 = Number(output?.value);
    const delta = own()?.delta ?? 0;
    const last = answer()?.pushes.at(-1);
    const moved = delta && last?.id === graph.output ? { x: at.value + delta, y: y0 + Number(last.true), straight: y0 + Number(last.straight) } : null;
    const points = curve.at.map((x, k) => ({ x: Number(x), y: Number(curve?.values[k]) }));
    const near = [y0, ...(moved ? [moved.y, moved.straight] : [])].filter(Number.isFinite);
    return {
      x: { domain: [Number(curve.at[0]), Number(curve.at.at(-1))], label: at.name },
      y: { domain: heights(curve.values, near), label: output?.called ?? "" },
      description: description(),
      draw(pen) {
        const known = Number.isFinite(y0) && Number.isFinite(at.slope);
        const [low, high] = [Number(curve?.at[0]), Number(curve?.at.at(-1))];
        // Many points, so that a steep line is drawn as far as it is in sight.
        const along = Array.from({ length: 201 }, (_, k) => low + ((high - low) * k) / 200);
        const tangent = (/** @type {string} */ name, /** @type {number} */ slope) => pen.line(name, along.map((x) => ({ x, y: y0 + slope * (x - at.value) })));
        if (known) tangent("backward tangent", at.slope);
        if (known && at.broken && Number.isFinite(at.broken.slope)) tangent("wrong tangent", at.broken.slope);
        pen.line("forward", points);
        if (!known) return;
        pen.dot("", { x: at.value, y: y0 });
        if (!moved) return;
        pen.line("gap", [{ x: moved.x, y: moved.y }, { x: moved.x, y: moved.straight }]);
        pen.dot("forward", { x: moved.x, y: moved.y }, 4);
        pen.dot("backward", { x: moved.x, y: moved.straight }, 4);
      },
    };
  }, { ratio });

  const askCurve = oneAtATime(
    (/** @type {Known} */ { id, index, value }) => {
      const [start, stop] = stretch(value, index.length > 0 ? undefined : app.graph?.inputs.find((input) => input.id === id));
      return app.api.curveOver(id, index, start, stop, POINTS);
    },
    (found) => {
      curve = found;
      plot.update();
    },
    ignoreFailedCall,
  );

  return {
    plot,
    /** Ask for the curve of what is pushed now. @param {Known} at */
    ask(at) {
      if (drawn !== keyOf(at)) curve = null;
      drawn = keyOf(at);
      void askCurve.ask(at);
    },
  };
}
