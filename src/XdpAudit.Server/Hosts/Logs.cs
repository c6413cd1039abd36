using Microsoft.Extensions.Logging.Console;

namespace XdpAudit.Server;

/// <summary>The log goes to standard error, one line an entry; a foreground program's standard output is for its user.</summary>
internal static class Logs
{
    internal static void Configure(WebApplicationBuilder builder) => builder.Logging
        .AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.UseUtcTimestamp = true;
            o.TimestampFormat = "HH:mm:ss.fff ";
            o.ColorBehavior = LoggerColorBehavior.Disabled;
        })
        .AddFilter(null, builder.Configuration["LOG"] is { } level && Enum.TryParse<LogLevel>(level, true, out var asked) ? asked : LogLevel.Warning)
        .AddFilter("Microsoft", LogLevel.Warning)
        .Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
}
