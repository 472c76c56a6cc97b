// The Jupyter server that gave this page: it hears at once what a busy kernel hears when its cell has ended.

const PATIENCE = 30000; // milliseconds
const LATE = "the server has not answered; look whether the run goes on before you ask again";

/** Have the server cancel a run: its answer, or null where the kernel has to be asked instead. */
export async function cancelledByServer(run) {
  const base = baseOf(document.getElementById("jupyter-config-data")?.textContent);
  if (!base || !run) return null;
  const headers = { "Idempotency-Key": crypto.randomUUID?.() ?? String(Math.random()) };
  const token = /(?:^|;\s*)_xsrf=([^;]+)/.exec(document.cookie)?.[1];
  if (token) headers["X-XSRFToken"] = decodeURIComponent(token);
  try {
    const url = `${base}couler/api/runs/${encodeURIComponent(run)}/cancel`;
    const answer = await fetch(url, { method: "POST", credentials: "same-origin", headers, signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok ? { ok: true, error: "" } : null;
  } catch (error) {
    // asked twice, a run's exit handlers are stopped as well: who may have been heard is not asked again
    return error.name === "TimeoutError" ? { ok: false, error: LATE } : null;
  }
}

const LOOKS = ["step", "log", "outputs", "artifact"];
const WORDS_OF_LOOKS = ["step", "name", "attempt", "offset", "tail"];

/** What the server says of a run's step: an answer, or null where it cannot be asked or does not know the run. */
export async function seenByServer(asked) {
  const base = baseOf(document.getElementById("jupyter-config-data")?.textContent);
  if (!base || !asked.run_id || !LOOKS.includes(asked.type)) return null;
  const words = new URLSearchParams(WORDS_OF_LOOKS.filter((name) => asked[name] !== undefined).map((name) => [name, String(asked[name])]));
  try {
    const url = `${base}couler/api/runs/${encodeURIComponent(asked.run_id)}/${asked.type}?${words}`;
    const answer = await fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok ? { ok: true, error: "", answer: await answer.json() } : null;
  } catch {
    return null; // looking twice does no harm: the kernel is asked instead
  }
}

/** Where the server of a page of Jupyter is, by what stands in the page; null for other pages. */
export function baseOf(config) {
  try {
    const url = new URL(JSON.parse(config).baseUrl, window.location.href);
    return url.origin === window.location.origin ? url.href.replace(/\/?$/, "/") : null;
  } catch {
    return null; // no page of Jupyter
  }
}
