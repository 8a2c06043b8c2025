// Plain JavaScript, which any Node.js reads: an older one would only say that it does not know the ending .ts.
const [major = ''] = process.versions.node.split('.');
if (Number(major) < 24) {
  process.stderr.write(
    `This needs Node.js 24 or later, and Node.js ${process.versions.node} runs it. \`npm ci\` brings Node.js 24 by an install ` +
      'script. Where npm is set to ignore-scripts: `npm ci --ignore-scripts=false`. Then start it by npx or npm.\n',
  );
  process.exit(2);
}
