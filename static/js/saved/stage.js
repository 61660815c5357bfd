/** The picture of a saved page: zoom, letters, overview, groups that open in place. */

import { mountInteraction } from "../figure/interaction.js";
import { createCrowd } from "../figure/picture/crowd.js";
import { createFar } from "../figure/picture/far.js";
import { carryOver, moveFrom, readLayout } from "../figure/picture/flip.js";
import { createLetters } from "../figure/picture/letters.js";
import { createMinimap } from "../figure/picture/minimap.js";
import { createPictureView } from "../figure/picture/view.js";
import { createZoom, motionDuration } from "../figure/picture/zoom.js";

/**
 * @param {HTMLElement} canvas
 * @param {HTMLElement} minimapPlace
 * @param {import("./types.js").Data} data
 * @param {object} on
 * @param {(id: string) => void} on.toggle
 * @param {(id: string | null) => void} on.select
 */
export function createStage(canvas, minimapPlace, data, { toggle, select }) {
  const parents = new Map(data.groups.map((group) => [group.id, group.parent]));
  const groups = new Map(data.nodes.map((node) => [node.id, node.group]));
  const graph = {
    nodes: data.nodes.map(({ id, group }) => ({ id, group })),
    groups: data.groups.map(({ id, parent }) => ({ id, parent, output: id })),
  };
  const picture = createPictureView(canvas, () => null);
  const zoom = createZoom(canvas, picture, {
    embedded: false,
    begins: true,
    onChange(transform) {
      minimap.update(transform);
      if (!zoom.isLarge()) letters.update(transform);
    },
    onSettle: (transform) => letters.update(transform),
  });
  const far = createFar(picture);
  const crowd = createCrowd(picture, () => zoom.room(), far);
  const letters = createLetters(picture, () => zoom.room(), far, crowd);
  picture.marked = crowd.refresh;
  picture.showPart = crowd.showPart;
  picture.nodeAt = crowd.nodeAt;
  picture.reveal = zoom.reveal;
  const minimap = createMinimap(minimapPlace, picture, zoom.room, (x, y) => {
    const { width, height } = zoom.room();
    const { k } = zoom.transform;
    zoom.move({ k, x: width / 2 - x * k, y: height / 2 - y * k });
  });

  /** @type {(() => void)[]} */
  const shown = [];
  const app = /** @type {any} */ ({
    graph,
    view: picture,
    on: (/** @type {string} */ _event, /** @type {() => void} */ listener) => shown.push(listener),
    toggleGroup: toggle,
    select,
  });
  const interaction = mountInteraction(app, picture, canvas);

  /** @param {string} id */
  function anchorPlace(id) {
    const group = picture.element(id);
    const box = (group?.querySelector(":scope > .toggle") ?? group)?.getBoundingClientRect();
    const view = canvas.getBoundingClientRect();
    return box ? { x: box.left + box.width / 2 - view.left, y: box.top + box.height / 2 - view.top } : null;
  }

  return {
    picture,
    zoom,
    parents,
    fit: () => zoom.fit(motionDuration(), true),

    /**
     * Show a view; what remains moves there from its old place.
     * @param {string} svg
     * @param {string | null} anchor the group just opened or closed
     */
    show(svg, anchor) {
      const before = readLayout(picture.elements);
      const old = zoom.transform;
      const held = anchor === null ? null : anchorPlace(anchor);
      const first = picture.svg === null;
      picture.insert(svg.replace(/href="#(\d+)"/g, (_, at) => `href="${data.images[Number(at)] ?? ""}"`));
      zoom.attach();
      const now = anchor === null ? null : anchorPlace(anchor);
      const duration = first ? 0 : motionDuration();
      const jumped = held !== null && now !== null;
      if (jumped) zoom.hold(now, held, picture.box(anchor ?? ""), duration);
      else zoom.refit(duration);
      const carry = (/** @type {{x: number, y: number}} */ place) => (jumped ? carryOver(place, old, zoom.transform) : place);
      moveFrom(before, picture.elements, { carry, jumped, duration, groupOf: (id) => groups.get(id) ?? parents.get(id) });
      minimap.update(zoom.transform);
      for (const listener of shown) listener();
    },

    /** The visible part that a node or a group is seen as. @param {string} id */
    seenAs(id) {
      /** @type {string | null | undefined} */
      let at = id;
      while (at && !picture.element(at)) at = groups.get(at) ?? parents.get(at) ?? null;
      return at ?? null;
    },

    /** @param {string} id */
    goTo(id) {
      picture.reveal(id);
      interaction.focus(id);
    },
  };
}
