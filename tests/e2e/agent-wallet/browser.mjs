// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
/// Debian's Node.js 18 knows the lines only joined by commas.
function cookieLines(headers) {
  return headers.getSetCookie?.() ?? (headers.get('set-cookie') ?? '').split(/, (?=[^;,]+=)/).filter(Boolean);
}

/// A browser without JavaScript: keeps cookies, follows redirects within the site, submits the page's forms.
export function openBrowser(base) {
  const cookies = new Map();
  const {origin, pathname} = new URL(base);
  const below = pathname.replace(/\/$/, '');  // `/x` of a test is the agent's; what comes from a page has its path
  const whole = (url) => (url.startsWith('/') && !url.startsWith(below + '/') ? base + url : new URL(url, base));
  /// `outside`: a redirect to an address that begins so is not followed but returned as `left`. `from`: whose page the form stands on.
  async function go(url, form, outside, from = origin) {
    for (let hops = 0; hops < 8; ++hops) {
      const answer = await fetch(whole(url), {
        method: form ? 'POST' : 'GET', redirect: 'manual', body: form && new URLSearchParams(form),
        headers: {Cookie: [...cookies].map((pair) => pair.join('=')).join('; '), Accept: 'text/html', ...(form && {Origin: from})},
      });
      for (const line of cookieLines(answer.headers)) {
        const [name, value] = line.split(';')[0].split(/=(.*)/s);
        cookies.set(name, value);
      }
      if (answer.status !== 303 && answer.status !== 302) return {status: answer.status, url, text: await answer.text(), refresh: answer.headers.get('refresh')};
      [url, form] = [answer.headers.get('location'), undefined];
      if (outside && url.startsWith(outside)) return {left: url};
    }
    throw new Error('too many redirects');
  }
  const tokenOf = (page) => /name="form_token" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  return {go, submit: (page, path, fields = {}) => go(path, {...fields, form_token: tokenOf(page)})};
}
