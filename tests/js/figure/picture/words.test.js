import assert from "node:assert/strict";
import { test } from "node:test";
import { wordsIn } from "../../../../static/js/figure/picture/words.js";

test("words of nodes and edges are read with their ids, as they were before they were escaped", () => {
  const text =
    '<svg aria-label="Graph"><g class="edges">\n' +
    '<g class="edge" data-id="a-&gt;b.0" data-source="a" aria-label="a to b, &#34;x&#39;&amp;lt;&#34;, value 1"><text>1</text></g>\n' +
    '<g class="lid" data-lid="c"><rect/></g><g class="node" data-id="b" transform="translate(1,2)" aria-label="b &lt; 1"><text>b</text></g></g></svg>';
  assert.deepEqual(wordsIn(text), [
    ["a->b.0", "a to b, \"x'&lt;\", value 1"],
    ["b", "b < 1"],
  ]);
});
