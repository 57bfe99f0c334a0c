/* An image in a box: brightness, contrast, zoom, and panning an enlarged image; mouse, wheel, touch. */
function makeViewer(box, changed) {
  const canvas = box.querySelector("canvas"), pen = canvas.getContext("2d", { willReadFrequently: true });
  const MAX_ZOOM = 8;
  /* The narrowest window holds a quarter of the grey values, so that a background of 1 or 2 instead of 0 stays
     dark and does not reveal synthetic images. */
  const MIN_WINDOW = 0.25;
  let pixels = null, zoom = 1, x = 0, y = 0, brightness = 0, contrast = 0;

  /* Window as a fraction of the grey values: contrast 0 is the full range, brightness moves its centre. */
  function grey() {
    const width = contrast >= 0 ? 1 - (1 - MIN_WINDOW) * contrast / 100 : 1 - 2 * contrast / 100;
    const low = 0.5 - width / 2 - brightness / 200;
    return Uint8ClampedArray.from({ length: 256 }, (_, v) => ((v / 255 - low) / width) * 255);
  }

  function draw() {
    if (!pixels) return;
    const map = grey(), out = pen.createImageData(pixels.width, pixels.height);
    for (let i = 0; i < out.data.length; i++) out.data[i] = i % 4 === 3 ? 255 : map[pixels.data[i]];
    pen.putImageData(out, 0, 0);
  }

  function layout() {
    const fit = Math.min(box.clientWidth / canvas.width, box.clientHeight / canvas.height);
    const width = canvas.width * fit, height = canvas.height * fit;
    const room = (size, whole) => Math.max(0, (size * zoom - whole) / 2);
    const wide = room(width, box.clientWidth), high = room(height, box.clientHeight);
    x = Math.min(wide, Math.max(-wide, x));
    y = Math.min(high, Math.max(-high, y));
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    canvas.style.transform = `translate(-50%, -50%) translate(${x}px, ${y}px) scale(${zoom})`;
    box.classList.toggle("movable", wide > 0 || high > 0);
  }

  /* Zoom around a point, given relative to the centre of the box. */
  function zoomTo(factor, atX = 0, atY = 0) {
    const next = Math.min(MAX_ZOOM, Math.max(1, factor)), by = next / zoom;
    x = atX - (atX - x) * by;
    y = atY - (atY - y) * by;
    zoom = next;
    layout();
  }

  function tone(nextBrightness, nextContrast) {
    const within = (value) => Math.round(Math.min(100, Math.max(-100, value)));
    brightness = within(nextBrightness);
    contrast = within(nextContrast);
    draw();
    changed({ brightness, contrast });
  }

  const fingers = new Map();
  const middle = (points) => {
    const edge = box.getBoundingClientRect();
    const mean = (coordinate) => points.reduce((sum, point) => sum + coordinate(point), 0) / points.length;
    return [mean((p) => p.x) - edge.left - edge.width / 2, mean((p) => p.y) - edge.top - edge.height / 2];
  };
  const distance = ([first, second]) => Math.hypot(first.x - second.x, first.y - second.y);

  box.addEventListener("contextmenu", (event) => event.preventDefault());
  box.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomTo(zoom * Math.exp(-event.deltaY / 400), ...middle([{ x: event.clientX, y: event.clientY }]));
  }, { passive: false });
  box.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY, tones: event.button === 2 });
    box.setPointerCapture(event.pointerId);
  });
  box.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const old = [...fingers.values()];
    const now = { ...before, x: event.clientX, y: event.clientY };
    fingers.set(event.pointerId, now);
    const fresh = [...fingers.values()];
    if (before.tones) {
      tone(brightness - (now.y - before.y) / 2, contrast + (now.x - before.x) / 2);
      return;
    }
    const [wasX, wasY] = middle(old), [isX, isY] = middle(fresh);
    x += isX - wasX;
    y += isY - wasY;
    zoomTo(fingers.size === 2 ? zoom * distance(fresh) / Math.max(1, distance(old)) : zoom, isX, isY);
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    box.addEventListener(kind, (event) => fingers.delete(event.pointerId));
  }
  box.addEventListener("dblclick", () => zoomTo(1));
  new ResizeObserver(layout).observe(box);

  return {
    show(image) {
      canvas.width = image.naturalWidth;
      canvas.height = image.naturalHeight;
      pen.drawImage(image, 0, 0);
      pixels = pen.getImageData(0, 0, canvas.width, canvas.height);
      zoom = 1;
      draw();
      layout();
    },
    zoomBy: (factor) => zoomTo(zoom * factor),
    tone,
    toneBy: (brighter, steeper) => tone(brightness + brighter, contrast + steeper),
    reset() { zoomTo(1); tone(0, 0); },
  };
}
