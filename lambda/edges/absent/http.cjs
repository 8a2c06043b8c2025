/**
 * In the bundle Node's own module past `import`: that asks for all it exports, and for the `WebSocket` among it Node
 * loads a whole second client.
 */
module.exports = process.getBuiltinModule('node:http');
