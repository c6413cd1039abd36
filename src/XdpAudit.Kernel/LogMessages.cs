using Microsoft.Extensions.Logging;

namespace XdpAudit.Kernel;

/// <summary>Log lines of this project; ids are never reused.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(3001, LogLevel.Warning, "iterator {Name} not loaded: {Why} (errno {Errno})")]
    internal static partial void IteratorNotLoaded(this ILogger logger, string name, string why, int? errno);
}
