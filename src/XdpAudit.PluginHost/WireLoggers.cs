using Microsoft.Extensions.Logging;

namespace XdpAudit.Hosting;

/// <summary>The plugin's words, sent to the auditor's log.</summary>
internal sealed class WireLoggers(IWordsWire auditor) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new WireLogger(auditor, categoryName);

    public void Dispose()
    {
    }

    private sealed class WireLogger(IWordsWire auditor, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _ = auditor.LogAsync((int)logLevel, category, exception is null ? formatter(state, exception) : $"{formatter(state, exception)}: {exception.GetType().Name}: {exception.Message}");
    }
}
