/**
 * Builds static/css/knooppunt.css: NL Design System components and the tokens that they need, our brand, our own layers.
 *
 * Of the components only the selectors stay whose classes occur in our templates; of the tokens only those that are
 * reached from there. The output is committed, so nobody needs Node to run the site.
 */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { transform } from "lightningcss";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const modules = join(here, "node_modules");
const version = (major, minor = 0) => (major << 16) | (minor << 8);
const targets = { chrome: version(123), firefox: version(121), safari: version(17, 5) };

const LAYERS = ["tokens", "base", "nlds", "brand", "layout", "components", "utilities"];
const COMPONENTS = [
  "@nl-design-system-candidate/link-css/dist/link.css",
  "@nl-design-system-candidate/heading-css/dist/heading.css",
  "@nl-design-system-candidate/paragraph-css/dist/paragraph.css",
  "@nl-design-system-candidate/skip-link-css/dist/skip-link.css",
  "@nl-design-system-candidate/data-badge-css/dist/data-badge.css",
  "@nl-design-system-candidate/button-css/dist/button.css",
  ...[
    "alert", "blockquote", "breadcrumb-nav", "checkbox", "form-field", "form-field-description",
    "form-field-error-message", "form-fieldset", "form-label", "pagination", "select", "table",
    "textarea", "textbox",
  ].map((name) => `@utrecht/${name}-css/dist/index.css`),
];
const TOKENS = "@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css";
const FONTS = "@fontsource-variable/source-sans-3";

const read = (path) => readFileSync(path, "utf8");
const source = (name) => read(join(here, "src", name));

function filesBelow(folder, extension) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => join(folder, name));
}

/** Return the names of NL Design System classes that our templates, tags and scripts mention. */
function usedClasses() {
  const files = [
    ...filesBelow(join(root, "templates"), ".html"),
    ...filesBelow(join(root, "core", "templatetags"), ".py"),
    ...filesBelow(join(root, "static", "js"), ".js"),
  ];
  const names = files.flatMap((file) => read(file).match(/\b(?:nl|utrecht)-[\w-]+/g) ?? []);
  return new Set(names);
}

/** Return the parts of `text` between commas that stand in no parentheses. */
function topLevelParts(text) {
  let depth = 0;
  const parts = [""];
  for (const character of text) {
    depth += { "(": 1, ")": -1 }[character] ?? 0;
    if (character === "," && !depth) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** Tell whether all classes of a selector are in use; those in `:not()` say what an element must not have. */
function isUsed(selector, used) {
  const asked = selector.replace(/:not\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g, "");
  return [...asked.matchAll(/\.((?:nl|utrecht)-[\w-]+)/g)].every(([, name]) => used.has(name));
}

/** Return the CSS of the components without the rules for classes that are not in use. */
function componentCss(used) {
  const code = COMPONENTS.map((path) => read(join(modules, path)).replace(/\/\*#.*?\*\//g, "")).join("\n");
  const flat = transform({ filename: "nlds.css", code: Buffer.from(code), minify: true, targets }).code.toString();
  return flat.replace(/([^{}]+)\{([^{}]*)\}/g, (rule, selectors, body) => {
    const kept = topLevelParts(selectors).filter((selector) => isUsed(selector, used));
    return kept.length ? `${kept.join(",")}{${body}}` : "";
  });
}

const declarations = (css) => new Map([...css.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]));
const references = (css) => [...css.matchAll(/var\(\s*(--[\w-]+)/g)].map(([, name]) => name);

/** Return the tokens of the example theme that `css` needs, an alias of an alias written as what it ends in. */
function neededTokens(css, brand) {
  const theme = declarations(read(join(modules, TOKENS)));
  const needed = new Map();
  const resolve = (value) => {
    const alias = value.match(/^var\((--[\w-]+)\)$/)?.[1];
    return alias && theme.has(alias) && !brand.has(alias) ? resolve(theme.get(alias)) : value;
  };
  const queue = references(css);
  while (queue.length) {
    const name = queue.pop();
    if (!theme.has(name) || brand.has(name) || needed.has(name)) continue;
    needed.set(name, resolve(theme.get(name)));
    queue.push(...references(needed.get(name)));
  }
  return [...needed].sort().map(([name, value]) => `${name}:${value};`).join("\n");
}

function layer(name, css) {
  return `@layer ${name} {\n${css}\n}\n`;
}

function build() {
  const brand = source("brand.css");
  const own = filesBelow(join(here, "src", "components"), ".css").map(read).join("\n");
  const nlds = componentCss(usedClasses());
  const rest = ["tokens", "base", "layout", "utilities"].map((name) => [name, source(`${name}.css`)]);
  const everything = [nlds, own, ...rest.map(([, css]) => css)].join("\n");
  const parts = {
    ...Object.fromEntries(rest),
    nlds: `:root {\n${neededTokens(everything + brand, declarations(brand))}\n}\n${nlds}`,
    brand,
    components: own,
  };
  const code = `@layer ${LAYERS.join(", ")};\n${source("fonts.css")}\n${LAYERS.map((name) => layer(name, parts[name])).join("")}${source("print.css")}`;
  return transform({ filename: "knooppunt.css", code: Buffer.from(code), minify: true, targets }).code;
}

function copyFonts() {
  const target = join(root, "static", "fonts");
  mkdirSync(target, { recursive: true });
  for (const style of ["normal", "italic"]) {
    const name = `source-sans-3-latin-wght-${style}.woff2`;
    copyFileSync(join(modules, FONTS, "files", name), join(target, name));
  }
  copyFileSync(join(modules, FONTS, "LICENSE"), join(target, "OFL.txt"));
}

mkdirSync(join(root, "static", "css"), { recursive: true });
const banner = "/*! Knooppunt, EUPL-1.2. Contains CSS of NL Design System, Gemeente Utrecht and Frameless, EUPL-1.2. */\n";
const css = Buffer.concat([Buffer.from(banner), build()]);
writeFileSync(join(root, "static", "css", "knooppunt.css"), css);
copyFonts();
console.log(`static/css/knooppunt.css: ${css.length} bytes, ${gzipSync(css, { level: 9 }).length} compressed`);
