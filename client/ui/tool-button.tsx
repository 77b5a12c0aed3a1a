import { IconButton, type IconButtonProps } from "./icon-button.tsx";
import { Tooltip, type TooltipProps } from "./tooltip.tsx";

export interface ToolButtonProps extends IconButtonProps {
  tooltipSide?: TooltipProps["side"];
}

/** An icon button whose name and key show when one rests on it or reaches it by Tab. Needs a TooltipProvider around. */
export function ToolButton({ tooltipSide = "top", ...button }: ToolButtonProps) {
  return (
    <Tooltip label={button.label} shortcut={button.shortcut} side={tooltipSide}>
      <IconButton {...button} />
    </Tooltip>
  );
}
