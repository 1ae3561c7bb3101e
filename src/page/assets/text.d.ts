// Style sheets are imported as text (`with { type: "text" }`), so that the binary carries them.
declare module "*.css" {
  const text: string;
  export default text;
}
