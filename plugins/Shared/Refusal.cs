using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>An expected failure on its way to the caller: it ends as an <see cref="Outcome{T}"/> at the executor's edge and never crosses it.</summary>
internal sealed class Refusal(OutcomeKind kind, ExecutorError error) : Exception(error.Message)
{
    internal OutcomeKind Kind { get; } = kind;

    internal ExecutorError Error { get; } = error;

    internal Outcome<T> As<T>() where T : class => new() { Kind = Kind, Error = Error };
}
