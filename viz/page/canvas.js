/* Draws a scene on a canvas, in few strokes: all lines of one look together. */
"use strict";
(() => {
  const kg = globalThis.kg;
  const TOGETHER = 600; // lines in one stroke; longer paths get slower than they save

  const trace = (context, [x1, y1, x2, y2, middle]) => {
    context.moveTo(x1, y1);
    if (middle) context.quadraticCurveTo(middle[0], middle[1], x2, y2);
    else context.lineTo(x2, y2);
  };
  const outline = (context, shape, [x, y, size]) => {
    const corners = kg.SHAPES[shape];
    if (!corners) {
      context.moveTo(x + size, y);
      context.arc(x, y, size, 0, 2 * Math.PI);
      return;
    }
    corners.forEach(([dx, dy], i) => (i ? context.lineTo(x + dx * size, y + dy * size) : context.moveTo(x + dx * size, y + dy * size)));
    context.closePath();
  };

  /* Draws with `ratio` pixels of the canvas for one of the page. */
  kg.drawScene = (context, scene, ratio) => {
    const { camera } = scene;
    const zoom = ratio * camera.scale;
    context.save();
    context.setTransform(zoom, 0, 0, zoom, ratio * (camera.width / 2 - camera.x * camera.scale), ratio * (camera.height / 2 - camera.y * camera.scale));
    scene.areas.forEach(({ x, y, width, height, fill, stroke }) => {
      context.beginPath();
      context.ellipse(x, y, width, height, 0, 0, 2 * Math.PI);
      context.fillStyle = fill;
      context.globalAlpha = 0.75;
      context.fill();
      context.globalAlpha = 1;
      context.strokeStyle = stroke;
      context.lineWidth = Math.max(1, 0.7 / camera.scale);
      context.stroke();
    });
    scene.strokes.forEach(({ stroke, width, alpha, dash, items }) => {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.globalAlpha = alpha;
      context.setLineDash(dash);
      for (let first = 0; first < items.length; first += TOGETHER) {
        context.beginPath();
        for (let i = first; i < Math.min(first + TOGETHER, items.length); i++) trace(context, items[i]);
        context.stroke();
      }
    });
    context.setLineDash([]);
    scene.arrows.forEach(({ fill, alpha, items }) => {
      context.fillStyle = fill;
      context.globalAlpha = alpha;
      context.beginPath();
      items.forEach(([x, y, angle, size]) => {
        context.moveTo(x, y);
        context.lineTo(x - Math.cos(angle - 0.4) * size, y - Math.sin(angle - 0.4) * size);
        context.lineTo(x - Math.cos(angle + 0.4) * size, y - Math.sin(angle + 0.4) * size);
        context.closePath();
      });
      context.fill();
    });
    scene.nodes.forEach(({ fill, stroke, line, alpha, shape, items }) => {
      context.fillStyle = fill;
      context.strokeStyle = stroke;
      context.lineWidth = line;
      context.globalAlpha = alpha;
      for (let first = 0; first < items.length; first += TOGETHER) {
        context.beginPath();
        for (let i = first; i < Math.min(first + TOGETHER, items.length); i++) outline(context, shape, items[i]);
        context.fill();
        context.stroke();
      }
    });
    context.globalAlpha = 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { paper, ink } = kg.palette();
    context.lineJoin = "round";
    context.textBaseline = "middle";
    context.strokeStyle = paper;
    context.fillStyle = ink;
    context.lineWidth = 3.5;
    scene.labels.forEach(({ lines, x, y, size, bold, align }) => {
      context.font = kg.fontOf(size, bold);
      context.textAlign = align;
      lines.forEach((line, row) => {
        const down = y + (row + 0.5) * size * 1.15;
        context.strokeText(line, x, down);
        context.fillText(line, x, down);
      });
    });
    context.restore();
  };
})();
