// Where one looks: pan, zoom and fit of a picture.

const STEP = 1.25;
const TALLEST = 520;
const LEAST = 60;
const FAR = 0.4; // below this scale only names are drawn
const FARTHEST = 0.16; // below this one not even those

/** The camera over `root`, an SVG element, that moves `world`, a group in it. */
export class Camera {
  /**
   * @param {SVGElement} root
   * @param {SVGElement} world
   * @param {{ fill: boolean, moved: () => void }} options
   */
  constructor(root, world, { fill, moved }) {
    this.root = root;
    this.world = world;
    this.fill = fill;
    this.moved = moved;
    this.size = { width: 1, height: 1 };
    this.room = { width: 900, height: TALLEST };
    this.at = { x: 0, y: 0, scale: 1 };
    this.chosen = false;
    root.addEventListener("pointerdown", (event) => event.button === 0 && this.drag(event));
    root.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const frame = this.root.getBoundingClientRect();
    const point = { x: event.clientX - frame.left, y: event.clientY - frame.top };
    this.zoom(Math.exp(Math.min(Math.max(-event.deltaY, -100), 100) * 0.0025), point);
  }

  /** A picture of another size is looked at. */
  over(size) {
    this.size = { width: Math.max(1, size.width), height: Math.max(1, size.height) };
    if (!this.chosen) this.fit();
    else this.look(this.at);
  }

  /** How big the picture is on the page; asking lays the page out, so it is asked for rarely. */
  measure() {
    this.room.width = this.root.clientWidth || 900;
    if (this.fill) this.room.height = this.root.clientHeight || TALLEST;
  }

  /** Show all of it, no bigger than it is. */
  fit() {
    this.measure();
    const { width, height } = this.size;
    const tallest = this.fill ? this.room.height : TALLEST;
    const scale = Math.min(1, this.room.width / width, tallest / height);
    if (!this.fill) {
      this.room.height = Math.max(LEAST, Math.min(TALLEST, Math.ceil(height * scale)));
      this.root.style.height = `${this.room.height}px`;
    }
    this.chosen = false;
    this.look({ x: (width - this.room.width / scale) / 2, y: (height - this.room.height / scale) / 2, scale });
  }

  /** The page has another width, perhaps. */
  resize() {
    const { width, height } = this.room;
    this.measure();
    if (this.room.width === width && this.room.height === height) return;
    if (this.chosen) this.look(this.at);
    else this.fit();
  }

  /** Zoom by `factor`, around a point of the page or the middle. */
  zoom(factor = STEP, point = { x: this.room.width / 2, y: this.room.height / 2 }) {
    const least = Math.min(0.02, this.room.width / this.size.width / 2);
    const scale = Math.min(Math.max(this.at.scale * factor, least), 8);
    const x = this.at.x + point.x / this.at.scale - point.x / scale;
    const y = this.at.y + point.y / this.at.scale - point.y / scale;
    this.choose({ x, y, scale });
  }

  /** Move by pixels of the page. */
  pan(right, down) {
    const { x, y, scale } = this.at;
    this.choose({ x: x + right / scale, y: y + down / scale, scale });
  }

  /** Bring a box into sight, if it is not, and near enough to be read where `read`. */
  reveal(box, read = false) {
    const scale = read ? Math.max(this.at.scale, 0.75) : this.at.scale;
    const [across, down] = [this.room.width / scale, this.room.height / scale];
    const inside =
      scale === this.at.scale &&
      box.x >= this.at.x && box.x + box.width <= this.at.x + across &&
      box.y >= this.at.y && box.y + box.height <= this.at.y + down;
    if (inside) return;
    this.choose({ x: box.x + box.width / 2 - across / 2, y: box.y + box.height / 2 - down / 2, scale });
  }

  /** Show a box as big as there is room for, but no bigger than it is. */
  frame(box) {
    const scale = Math.min(1, (0.9 * this.room.width) / box.width, (0.9 * this.room.height) / box.height);
    const [across, down] = [this.room.width / scale, this.room.height / scale];
    this.choose({ x: box.x + box.width / 2 - across / 2, y: box.y + box.height / 2 - down / 2, scale });
  }

  /** Look somewhere because a person wants to; it stays until all is shown again. */
  choose(at) {
    this.chosen = true;
    this.look(at);
  }

  look(at) {
    this.at = at;
    this.world.setAttribute("transform", `scale(${at.scale}) translate(${-at.x} ${-at.y})`);
    this.root.classList.toggle("couler-far", at.scale < FAR);
    this.root.classList.toggle("couler-farthest", at.scale < FARTHEST);
    if (at.scale < FARTHEST) this.thicken(1 / at.scale);
    this.moved();
  }

  /** Keep lines visible from afar; in steps, since every step has all of them looked at again. */
  thicken(width) {
    const step = 2 ** Math.round(Math.log2(width));
    if (this.thick !== step) this.world.style.setProperty("--couler-thick", String((this.thick = step) * 0.9));
  }

  drag(start) {
    const from = this.at;
    this.dragged = false;
    const move = (event) => {
      const [right, down] = [event.clientX - start.clientX, event.clientY - start.clientY];
      if (!this.dragged && Math.hypot(right, down) < 4) return;
      if (!this.dragged) this.root.setPointerCapture(start.pointerId);
      this.dragged = true;
      this.choose({ ...from, x: from.x - right / from.scale, y: from.y - down / from.scale });
    };
    const stop = () => {
      for (const name of ["pointermove", "pointerup", "pointercancel"]) this.root.removeEventListener(name, name === "pointermove" ? move : stop);
    };
    this.root.addEventListener("pointermove", move);
    this.root.addEventListener("pointerup", stop);
    this.root.addEventListener("pointercancel", stop);
  }
}
