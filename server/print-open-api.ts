import { z } from "zod";
import { openApiDocument } from "./http/open-api.ts";

/* Prints the API's description, as a server with the public address given would answer it. */

const publicUrl = z.url().parse(process.argv[2]);
process.stdout.write(JSON.stringify(openApiDocument(publicUrl)));
