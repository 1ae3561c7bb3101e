// Makes the scripts of the pages, when dmon is built or a test begins: the results are texts inside the binary. A macro; the bundler
// cannot be called from within itself, so it is another process.

/** The script of that name beside this file as one text. Throws what is wrong with it. */
export function bundleScript(name: string): string {
  const entry = `${import.meta.dir}/${name}.ts`;
  const command = [process.execPath, "build", entry, "--minify", "--target=browser", "--format=iife"];
  const { success, stdout, stderr } = Bun.spawnSync(command);
  if (!success) throw new Error(`the script of the pages cannot be built: ${stderr.toString()}`);
  return stdout.toString();
}
