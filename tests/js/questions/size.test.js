import assert from "node:assert/strict";
import { test } from "node:test";

import { viewSize } from "../../../static/js/figure/picture/view-size.js";
import { questionSize } from "../../../static/js/questions/size.js";

test("where there is room a question is as large as any figure of a lesson", () => {
  const { width, height } = questionSize({ width: 900, height: 300 }, 1000, 500, true);
  const lesson = viewSize({ width: 900, height: 300 }, 1000, 500, true);
  assert.deepEqual([width, height], [lesson.width, lesson.height]);
});

test("on a phone the boxes are large enough for a thumb, and the picture is scrolled", () => {
  assert.deepEqual(questionSize({ width: 500, height: 200 }, 350, 400, true), { width: 620, height: 260 });
  assert.deepEqual(questionSize({ width: 500, height: 200 }, 350, 400, false), { width: 470, height: 200 });
  assert.equal(questionSize({ width: 100, height: 200 }, 350, 400, false).width, 350);
});
