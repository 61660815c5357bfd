/** The moment in which a figure's graph is drawn for the first time. */

/**
 * Start a figure and wait until its picture stands. Rejects with what is wrong with its program.
 * @param {{ app: import("./types.js").App, start: () => void }} figure
 */
export async function firstPicture({ app, start }) {
  const drawn = new Promise((resolve, reject) => {
    app.on("picture", resolve);
    app.on("problem", (problem) => problem && reject(new Error(problem.detail || problem.title)));
  });
  start();
  await drawn;
}
