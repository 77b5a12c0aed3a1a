import { METHODS } from "node:http";
import { z } from "zod";

/** What Express's router keeps of each thing that may answer (`router` 2.3, `lib/layer.js`). */
const Layer = z.object({
  name: z.string(),
  rawPath: z.union([z.string(), z.array(z.string())]),
  handle: z.unknown(),
  route: z
    .object({ path: z.union([z.string(), z.array(z.string())]), methods: z.record(z.string(), z.boolean()) })
    .optional(),
});
/** Routers are functions that have a stack. */
const Stack = z.preprocess(
  (router) => (typeof router === "function" ? { ...router } : router),
  z.object({ stack: z.array(Layer) }),
);

export interface Route {
  method: string;
  path: string;
}

/** Every route of an Express app or router, in the order in which it is asked; `_all` is every method. */
export function listRoutes(router: unknown, prefix = ""): Route[] {
  return Stack.parse(router).stack.flatMap((layer) => {
    const { route } = layer;
    if (route) {
      const named = Object.keys(route.methods);
      // `app.all` names every method that there is.
      const methods = named.length >= METHODS.length ? ["_all"] : named;
      return [route.path].flat().flatMap((path) => methods.map((method) => ({ method, path: prefix + path })));
    }
    const isRouter = Stack.safeParse(layer.handle).success;
    return [layer.rawPath].flat().flatMap((path) => {
      const below = prefix + (path === "/" ? "" : path);
      if (isRouter) return listRoutes(layer.handle, below);
      // Anything else may answer as well: it is listed by its own name.
      return [{ method: layer.name, path: `${below}/*` }];
    });
  });
}
