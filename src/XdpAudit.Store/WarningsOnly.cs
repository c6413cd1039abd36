using Microsoft.Extensions.Logging;

namespace XdpAudit.Store;

/// <summary>
/// Marten's daemon tells of every page it processes; of that only warnings and errors go on. At the end not even these: it
/// keeps its LISTEN connection until the database closes it, and calls that an error.
/// </summary>
internal sealed class WarningsOnly(ILogger inner) : ILogger
{
    /// <summary>We are closing.</summary>
    internal bool Closing { get; set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => !Closing && logLevel >= LogLevel.Warning && inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
