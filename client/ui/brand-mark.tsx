import type { Brand } from "@nexbasira/core/contract/join.ts";
import { useState } from "react";

/** Whose page it is: the organization's logo or, without one or where it cannot be fetched, its name. */
export function BrandMark({ brand }: { brand: Pick<Brand, "name" | "logo_url"> | null }) {
  const [missing, setMissing] = useState<string | null>(null);
  if (brand === null) return <span className="font-semibold">NexBasira</span>;
  const { name, logo_url } = brand;
  if (logo_url === null || logo_url === missing) {
    return <span className="line-clamp-2 leading-tight font-semibold">{name}</span>;
  }
  return (
    <img
      src={logo_url}
      alt={name}
      onError={() => setMissing(logo_url)}
      className="h-8 max-w-40 object-contain object-left"
    />
  );
}
