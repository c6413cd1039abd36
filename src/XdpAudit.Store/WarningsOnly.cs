using Microsoft.Extensions.Logging;

namespace XdpAudit.Store;

/// <summary>Marten's daemon tells of every page it processes; of that only warnings and errors go on.</summary>
internal sealed class WarningsOnly(ILogger inner) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Warning)
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
