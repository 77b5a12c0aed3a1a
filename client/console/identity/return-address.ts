const HOME = "/console/sessions";

/** The sign-in page, with where to go afterwards. */
export function addressOfSignIn(from: string): string {
  return from === HOME || from === "/console" ? "/console/sign-in" : `/console/sign-in?to=${encodeURIComponent(from)}`;
}

/** Where to go after signing in. Only addresses of this console count: a link from elsewhere may name anything. */
export function addressAfterSignIn(search: URLSearchParams): string {
  const to = search.get("to");
  if (to === null || !URL.canParse(to, "https://this.invalid")) return HOME;
  const url = new URL(to, "https://this.invalid");
  const isOurs = url.origin === "https://this.invalid" && /^\/(console|outbox)(\/|$)/.test(url.pathname);
  return isOurs && url.pathname !== "/console/sign-in" ? url.pathname + url.search : HOME;
}
