using Microsoft.Extensions.Logging;

namespace XdpAudit.Agent;

/// <summary>All that the agent logs. Ids are never used again.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(2001, LogLevel.Warning, "journal {journal} cannot be written, trying again: {why}")]
    internal static partial void JournalAway(this ILogger logger, string journal, string why);

    [LoggerMessage(2002, LogLevel.Debug, "looked in {milliseconds} ms: {events} events, position {position}")]
    internal static partial void Looked(this ILogger logger, double milliseconds, int events, long position);

    [LoggerMessage(2003, LogLevel.Error, "a look failed, trying again at the next turn")]
    internal static partial void LookFailed(this ILogger logger, Exception cause);

    [LoggerMessage(2004, LogLevel.Information, "watching {host} from position {position}, {programs} programs known")]
    internal static partial void Watching(this ILogger logger, HostId host, long position, int programs);

    [LoggerMessage(2005, LogLevel.Information, "operation {id} {kind} {target}: {state}")]
    internal static partial void OperationEnded(this ILogger logger, OperationId id, string kind, string target, string state);

    [LoggerMessage(2006, LogLevel.Error, "plugin {plugin} failed while {during}")]
    internal static partial void PluginFailed(this ILogger logger, string plugin, string during, Exception cause);

    [LoggerMessage(2007, LogLevel.Information, "loaded plugin {plugin} {version}: {brings}")]
    internal static partial void PluginLoaded(this ILogger logger, string plugin, string version, string brings);

    [LoggerMessage(2008, LogLevel.Error, "refused plugin {plugin} ({code}): {why}")]
    internal static partial void PluginRefused(this ILogger logger, string plugin, string code, string why);

    [LoggerMessage(2010, LogLevel.Warning, "what {sensor} hears cannot be kept on disk while the journal is away: {why}")]
    internal static partial void NoSpool(this ILogger logger, string sensor, string why);

    [LoggerMessage(2009, LogLevel.Information, "finding {id} {rule} {status}: {summary}")]
    internal static partial void FindingChanged(this ILogger logger, FindingId id, string rule, string status, string summary);

    [LoggerMessage(2021, LogLevel.Error, "spool {directory} takes no more notices, they are counted and lost: {why}")]
    internal static partial void SpoolLosing(this ILogger logger, string directory, string why);

    [LoggerMessage(2022, LogLevel.Information, "spool {directory} takes notices again, {count} were lost")]
    internal static partial void SpoolTakesAgain(this ILogger logger, string directory, ulong count);

    [LoggerMessage(2023, LogLevel.Warning, "spool {directory} held {count} notices of another boot, they are dropped")]
    internal static partial void SpoolOfAnotherBoot(this ILogger logger, string directory, ulong count);

    [LoggerMessage(2024, LogLevel.Warning, "spool {directory} ended in {bytes} bytes of a record that was not written to its end, they are cut")]
    internal static partial void SpoolTorn(this ILogger logger, string directory, long bytes);

    [LoggerMessage(2025, LogLevel.Warning, "the position in spool {directory} cannot be kept, notices may be given twice: {why}")]
    internal static partial void SpoolPositionNotKept(this ILogger logger, string directory, string why);

    [LoggerMessage(2026, LogLevel.Warning, "spool {directory} is damaged, {count} notices are lost")]
    internal static partial void SpoolDamaged(this ILogger logger, string directory, ulong count);

    [LoggerMessage(2040, LogLevel.Warning, "sink {sink} cannot deliver, trying again: {why}")]
    internal static partial void SinkInTrouble(this ILogger logger, string sink, string why);

    [LoggerMessage(2041, LogLevel.Information, "sink {sink} delivers again, after trouble since {since:O}")]
    internal static partial void SinkRecovered(this ILogger logger, string sink, DateTimeOffset since);

    [LoggerMessage(2042, LogLevel.Error, "sink {sink}: {count} events were refused for good, the first is {first} ({why}); they were put into {file}")]
    internal static partial void SinkRefused(this ILogger logger, string sink, int count, string first, string why, string file);

    [LoggerMessage(2043, LogLevel.Warning, "the cursor of sink {sink} cannot be kept, events may be delivered twice: {why}")]
    internal static partial void CursorNotKept(this ILogger logger, string sink, string why);

    [LoggerMessage(2044, LogLevel.Error, "sink {sink} began anew: {why}")]
    internal static partial void SinkBeganAnew(this ILogger logger, string sink, string why);

    [LoggerMessage(EventId = 2027, Message = "plugin {plugin}, {category}: {words}")]
    internal static partial void PluginSaid(this ILogger logger, LogLevel level, string plugin, string category, string words);

    [LoggerMessage(2028, LogLevel.Warning, "started plugin {plugin} again as process {pid} in {milliseconds} ms")]
    internal static partial void PluginRestarted(this ILogger logger, string plugin, int pid, double milliseconds);

    [LoggerMessage(2029, LogLevel.Error, "plugin {plugin} failed while {during}: {why}")]
    internal static partial void IsolatedPluginFailed(this ILogger logger, string plugin, string during, string why);

    [LoggerMessage(2030, LogLevel.Error, "quarantined plugin {plugin} after {faults} faults")]
    internal static partial void PluginQuarantined(this ILogger logger, string plugin, int faults);

    /// <summary>The least that is logged at all.</summary>
    internal static LogLevel Least(ILogger logger) => Enum.GetValues<LogLevel>().First(l => l == LogLevel.None || logger.IsEnabled(l));
}
