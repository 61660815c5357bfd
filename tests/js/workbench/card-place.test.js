import assert from "node:assert/strict";
import { test } from "node:test";

import { placeBeside } from "../../../static/js/workbench/card-place.js";

const view = { width: 1280, height: 800 };
const card = { width: 300, height: 180 };

test("the card stands at the right of its target where there is room", () => {
  assert.deepEqual(placeBeside({ left: 0, top: 300, width: 250, height: 200 }, card, view), { left: 262, top: 300 });
});

test("else at its left, beneath it or above it", () => {
  assert.deepEqual(placeBeside({ left: 1000, top: 50, width: 280, height: 100 }, card, view), { left: 688, top: 50 });
  assert.deepEqual(placeBeside({ left: 0, top: 0, width: 1280, height: 60 }, card, view), { left: 12, top: 72 });
  assert.deepEqual(placeBeside({ left: 0, top: 700, width: 1280, height: 100 }, card, view), { left: 12, top: 508 });
});

test("it is wholly on the screen, whatever the target", () => {
  for (const target of [
    { left: 0, top: 0, width: 1280, height: 800 },
    { left: -500, top: 2000, width: 100, height: 100 },
    { left: 250, top: 780, width: 100, height: 300 },
  ]) {
    for (const room of [view, { width: 390, height: 700 }]) {
      const { left, top } = placeBeside(target, card, room);
      assert.ok(left >= 12 && left + card.width <= room.width - 12, `${left}`);
      assert.ok(top >= 12 && top + card.height <= room.height - 12, `${top}`);
    }
  }
});
