import { useEffect, useState } from "react";
import { Chat } from "./chat.ts";
import type { RoomConnection } from "./room-connection.ts";

/** The chat of a connection, for as long as the component is there. */
export function useChat(connection: RoomConnection): Chat | undefined {
  const [chat, setChat] = useState<Chat>();
  useEffect(() => {
    const opened = new Chat(connection);
    setChat(opened);
    return () => opened.close();
  }, [connection]);
  return chat;
}
