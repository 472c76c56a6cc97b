// A workflow and a run of it, live, in the output of a cell.

import { mount } from "./dag/mount.js";
import { Asking } from "./asking.js";
import { cancelledByServer, seenByServer } from "./by_server.js";
import { Record } from "./record.js";

/** Called once for each model, so that all its views share one record. */
export default () => {
  const record = new Record();
  const asking = new Asking();
  let kept = {};
  return {
    initialize({ model }) {
      record.reset(model.get("view").run);
      model.on("change:view", () => record.reset(model.get("view").run));
      model.on("msg:custom", (message) => {
        record.hear(message);
        if (message.type === "reply") asking.reply(message);
      });
    },
    render({ model, el }) {
      let serves = true;
      const atOnce = async (asked) => {
        if (asked.type === "cancel") return cancelledByServer(asked.run_id);
        const seen = serves ? await seenByServer(asked) : null;
        serves = seen !== null;
        return seen;
      };
      const request = async (message) => (await atOnce(message)) ?? asking.ask(model, message);
      const view = mount(el, model.get("view"), { request, record, kept, onChange: (now) => (kept = now) });
      return () => view.stop();
    },
  };
};
