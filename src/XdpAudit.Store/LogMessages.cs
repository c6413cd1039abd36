using Microsoft.Extensions.Logging;

namespace XdpAudit.Store;

/// <summary>What this project logs. Ids are never used again.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(3001, LogLevel.Information, "created a private PostgreSQL in '{Data}', owned by '{Owner}'")]
    internal static partial void ClusterCreated(ILogger logger, string data, string owner);

    [LoggerMessage(3002, LogLevel.Information, "started the private PostgreSQL of '{Data}', pid {Pid}")]
    internal static partial void ClusterStarted(ILogger logger, string data, int pid);

    [LoggerMessage(3003, LogLevel.Information, "stopped the private PostgreSQL of '{Data}'")]
    internal static partial void ClusterStopped(ILogger logger, string data);

    [LoggerMessage(3004, LogLevel.Warning, "removing stale '{PidFile}': no process of this cluster is left")]
    internal static partial void StalePidFile(ILogger logger, string pidFile);

    [LoggerMessage(3005, LogLevel.Information, "preparing schema '{Schema}'")]
    internal static partial void SchemaPreparing(ILogger logger, string schema);

    [LoggerMessage(3006, LogLevel.Information, "prepared schema '{Schema}'")]
    internal static partial void SchemaPrepared(ILogger logger, string schema);

    [LoggerMessage(3007, LogLevel.Warning, "database did not answer an append to '{Journal}' after position {Expected}; trying again")]
    internal static partial void AppendInDoubt(ILogger logger, string journal, long expected, Exception cause);

    [LoggerMessage(3008, LogLevel.Warning, "read models stand still; starting them again")]
    internal static partial void ReadModelsRestarting(ILogger logger, Exception? cause);

    [LoggerMessage(3009, LogLevel.Warning, "lost the writer's lock of '{Journal}'; taking it again")]
    internal static partial void WriterLockLost(ILogger logger, string journal, Exception cause);

    [LoggerMessage(3010, LogLevel.Error, "another auditor has taken '{Journal}': {Holder}; nothing more is written here")]
    internal static partial void WriterLockTaken(ILogger logger, string journal, string holder);

    [LoggerMessage(3011, LogLevel.Information, "rebuilding the read models")]
    internal static partial void Rebuilding(ILogger logger);

    [LoggerMessage(3012, LogLevel.Information, "rebuilt the read models")]
    internal static partial void Rebuilt(ILogger logger);
}
