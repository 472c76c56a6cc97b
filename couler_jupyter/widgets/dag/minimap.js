// A small picture of all of it, with a frame around what is seen; it is there for the mouse, keys do without.

import { html } from "../dom.js";

const [WIDTH, HEIGHT] = [150, 100];
const EDGE = 4;

/** A map that moves the camera where one clicks or drags. */
export class Minimap {
  /** @param {import("./camera.js").Camera} camera */
  constructor(camera) {
    this.camera = camera;
    this.canvas = html("canvas", { class: "couler-map", width: WIDTH * 2, height: HEIGHT * 2, "aria-hidden": "true" });
    this.root = this.canvas;
    this.canvas.hidden = true;
    const follow = (event) => event.buttons & 1 && this.go(event);
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      this.go(event);
    });
    this.canvas.addEventListener("pointermove", follow);
  }

  /**
   * Show another picture, or other colours; `colour` gives that of a node.
   * @param {import("./types.js").LayoutView} layout
   * @param {(id: string) => string} colour
   */
  draw(layout, colour) {
    this.layout = layout;
    this.colour = colour;
    this.stale = true;
    this.frame();
  }

  /** Show where the camera looks; a map of what is seen whole is of no use, and not drawn. */
  frame() {
    if (!this.layout) return;
    const { at, room, size } = this.camera;
    const [width, height] = [room.width / at.scale, room.height / at.scale];
    const whole = at.x <= 1 && at.y <= 1 && at.x + width >= size.width - 1 && at.y + height >= size.height - 1;
    if (this.canvas.hidden !== whole) this.canvas.hidden = whole;
    if (whole) return;
    if (this.stale) this.paint();
    const pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, WIDTH * 2, HEIGHT * 2);
    pen.drawImage(this.still, 0, 0);
    pen.strokeStyle = "#1976d2";
    pen.lineWidth = 3;
    const [x, y] = [this.left + at.x * this.scale, this.top + at.y * this.scale];
    pen.strokeRect(x * 2, y * 2, width * this.scale * 2, height * this.scale * 2);
  }

  /** Draw the boxes, to be copied as often as the camera moves. */
  paint() {
    const { layout } = this;
    this.stale = false;
    this.still ??= new OffscreenCanvas(WIDTH * 2, HEIGHT * 2);
    const pen = this.still.getContext("2d");
    this.scale = Math.min((WIDTH - 2 * EDGE) / layout.width, (HEIGHT - 2 * EDGE) / layout.height);
    this.left = (WIDTH - layout.width * this.scale) / 2;
    this.top = (HEIGHT - layout.height * this.scale) / 2;
    pen.setTransform(2, 0, 0, 2, 0, 0);
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    for (const box of layout.nodes) {
      pen.fillStyle = this.colour(box.id);
      pen.fillRect(this.left + box.x * this.scale, this.top + box.y * this.scale, Math.max(1, box.width * this.scale), Math.max(1, box.height * this.scale));
    }
  }

  go(event) {
    const frame = this.canvas.getBoundingClientRect();
    const x = ((event.clientX - frame.left) * WIDTH / frame.width - this.left) / this.scale;
    const y = ((event.clientY - frame.top) * HEIGHT / frame.height - this.top) / this.scale;
    const { at, room } = this.camera;
    this.camera.choose({ ...at, x: x - room.width / at.scale / 2, y: y - room.height / at.scale / 2 });
  }
}
