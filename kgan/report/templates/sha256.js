/* SHA-256 (FIPS 180-4) of the UTF-8 bytes of a text, as hexadecimal digits. Some browsers have no crypto.subtle
   for pages opened from disk, and a page may not load a library. */
const sha256 = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32) | 0;
  const K = primes.map((p) => fraction(Math.cbrt(p)));
  const start = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
  const rotr = (x, n) => (x >>> n) | (x << (32 - n));

  return (text) => {
    const bytes = new TextEncoder().encode(text);
    const words = new Int32Array(16 * (((bytes.length + 8) >> 6) + 1));
    bytes.forEach((byte, i) => { words[i >> 2] |= byte << (24 - 8 * (i & 3)); });
    words[bytes.length >> 2] |= 0x80 << (24 - 8 * (bytes.length & 3));
    words[words.length - 2] = Math.floor(bytes.length / 2 ** 29);
    words[words.length - 1] = bytes.length << 3;
    const H = [...start], w = new Int32Array(64);
    for (let at = 0; at < words.length; at += 16) {
      for (let i = 0; i < 64; i++) {
        if (i < 16) { w[i] = words[at + i]; continue; }
        const p = w[i - 15], q = w[i - 2];
        const s0 = rotr(p, 7) ^ rotr(p, 18) ^ (p >>> 3), s1 = rotr(q, 17) ^ rotr(q, 19) ^ (q >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      let [a, b, c, d, e, f, g, h] = H;
      for (let i = 0; i < 64; i++) {
        const t1 = (h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const t2 = ((rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => { H[i] = (H[i] + value) | 0; });
    }
    return H.map((value) => (value >>> 0).toString(16).padStart(8, "0")).join("");
  };
})();
