// Files that the binary carries (`with { type: "file" }`): where they can be read.
declare module "*.woff2" {
  const path: string;
  export default path;
}
declare module "@resvg/resvg-wasm/index_bg.wasm" {
  const path: string;
  export default path;
}
