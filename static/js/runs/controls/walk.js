/** One training step, node by node: forward and backward on the graph, then the update. */

import { make } from "../../kit/element.js";
import { mountStepper } from "../../panels/stepper/stepper.js";
import { countText, OPTIMIZERS } from "../client/words.js";

/** @typedef {import("../client/types.js").RunSession} RunSession */

/**
 * @param {RunSession} session
 * @param {HTMLElement} root the stepper
 * @param {HTMLElement} updateOffer place of the update button at the end of the walk
 * @param {ReturnType<typeof import("./actions.js").createRunActions>} actions
 */
export function mountRunWalk(session, root, updateOffer, actions) {
  const { store, t, figure } = session;
  const stepper = mountStepper(figure, root);
  /** Whether the next numbers belong to a new step. */
  let updating = false;

  const isStill = () => !["running", "queued"].includes(session.current.status.state);
  const isAtEnd = () => store.get("step") !== null && store.get("step") === stepper.count;
  /** Whether an update can follow: only the training batch has one. */
  const canUpdate = () => session.current.own && isStill() && session.image === null && !["failed", "finished"].includes(session.current.status.state);

  async function update() {
    if (updating || !canUpdate()) return;
    updating = true;
    await actions.step();
    updating = false;
    store.set({ step: 0 });
    session.announce(t("The next batch, with the updated parameters."));
  }

  function show() {
    const still = isStill();
    root.inert = !still;
    if (!still && store.get("step") !== null) store.set({ step: null });
    const end = still && isAtEnd() && canUpdate();
    updateOffer.hidden = !end;
    if (!end) return;
    const { optimizer, learning_rate: rate } = session.current.options;
    const rule = optimizer === "sgd" ? `W ← W − ${rate} · ∂L/∂W` : OPTIMIZERS[optimizer];
    const button = make("button", { type: "button", class: "boxed" }, t("Next batch"), " →");
    button.addEventListener("click", update);
    updateOffer.replaceChildren(make("span", {}, t("Every gradient is known, and by them step {k} has updated the parameters: {rule}", { k: countText(session.current.status.step), rule })), button);
  }

  store.subscribe(["step", "lang"], show);
  store.subscribe(["step"], ({ step }) => {
    // Before step 1 the graph shows the first batch; walking it takes that step.
    const { status } = session.current;
    if (step !== null && status.state === "ready" && session.image === null) actions.step();
  });
  session.on("status", ({ run }) => run === session.current && show());
  session.on("image", show);
  session.on("current", () => {
    store.set({ step: null });
    show();
  });
  show();

  return {
    /** Step on by a key; at the end of the walk, update the parameters. */
    next() {
      if (!isStill()) return;
      if (isAtEnd() && canUpdate()) update();
      else stepper.move("next");
    },
    previous() {
      if (isStill()) stepper.move("previous");
    },
  };
}
