/** The look that every chart of the window shares. */
import { ColorType, CrosshairMode, type DeepPartial, type TimeChartOptions } from 'lightweight-charts';
import { formatDateTime } from '../format.ts';
import type { ChartPalette } from './palette.ts';

/** As far out as the chart goes. */
export const MIN_BAR_SPACING_PX = 0.4;

export function chartOptions(palette: ChartPalette): DeepPartial<TimeChartOptions> {
  const label = { color: palette.cross, labelBackgroundColor: palette.cross, width: 1 as const, style: 3 };
  return {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: palette.surface },
      textColor: palette.axisText,
      fontFamily: palette.font,
      fontSize: palette.fontSize,
      // Its logo brings a style element of its own, which the page's policy refuses; About gives the credit.
      attributionLogo: false,
      panes: { separatorColor: palette.line, separatorHoverColor: palette.grid },
    },
    grid: { vertLines: { color: palette.grid }, horzLines: { color: palette.grid } },
    crosshair: { mode: CrosshairMode.Normal, vertLine: label, horzLine: label },
    rightPriceScale: { borderVisible: false },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      secondsVisible: false,
      rightOffset: 8,
      minBarSpacing: MIN_BAR_SPACING_PX,
    },
    localization: {
      timeFormatter: (time: unknown) => (typeof time === 'number' ? `${formatDateTime(time * 1000)} UTC` : ''),
    },
  };
}
