import styles from "./Tiles.module.css";

const SIZE = 100;

/** Shapes within a tile of 100 × 100. */
const SHAPES: Record<string, string> = {
  full: "M0 0H100V100H0Z",
  quarter: "M0 0A100 100 0 0 1 100 100H0Z",
  half: "M0 0H50A50 50 0 0 1 50 100H0Z",
  leaf: "M0 0H50A50 50 0 0 1 100 50V100H50A50 50 0 0 1 0 50Z",
  dot: "M50 18A32 32 0 0 1 50 82A32 32 0 0 1 50 18Z",
};

/** Rows of `shape colour turns`; a turn is 90°. */
const PATTERN = [
  ["quarter accent 0", "full soft 0", "dot warm 0", "half deep 1", "quarter soft 2"],
  ["leaf soft 0", "half accent 3", "quarter deep 1", "full soft 0", "dot accent 0"],
  ["dot deep 0", "quarter warm 3", "full accent 0", "leaf soft 1", "quarter accent 3"],
  ["half soft 0", "quarter accent 2", "leaf soft 1", "dot deep 0", "half warm 2"],
  ["quarter deep 1", "dot soft 0", "half accent 1", "quarter soft 0", "full deep 0"],
];

const TILES = PATTERN.flatMap((row, y) => row.map((tile, x) => ({ key: `${x},${y}`, tile, x, y })));

/** Decoration: building blocks in a square. */
export function Tiles() {
  const side = PATTERN.length * SIZE;
  return (
    <svg className={styles.tiles} viewBox={`0 0 ${side} ${side}`} aria-hidden="true">
      {TILES.map(({ key, ...tile }) => (
        <Tile key={key} {...tile} />
      ))}
    </svg>
  );
}

function Tile({ tile, x, y }: { tile: string; x: number; y: number }) {
  const [shape = "", colour = "", turns] = tile.split(" ");
  const turn = `rotate(${Number(turns) * 90} ${SIZE / 2} ${SIZE / 2})`;
  return (
    <path
      className={styles[colour]}
      d={SHAPES[shape]}
      transform={`translate(${x * SIZE} ${y * SIZE}) ${turn}`}
    />
  );
}
