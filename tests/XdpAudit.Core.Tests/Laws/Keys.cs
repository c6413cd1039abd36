namespace XdpAudit.Core.Tests;

/// <summary>The written form of subjects.</summary>
internal static class Keys
{
    /// <summary>A subject's key, parsed by its kind and written again.</summary>
    internal static string Parsed(string subject) => subject[..subject.IndexOf('/', StringComparison.Ordinal)] switch
    {
        ProgramKey.Kind => ProgramKey.From(subject).Value,
        LinkKey.Kind => LinkKey.From(subject).Value,
        MapKey.Kind => MapKey.From(subject).Value,
        AttachPointKey.Kind => AttachPointKey.From(subject).Value,
        HostSubject.Kind => HostSubject.Of(new(subject.Split('/')[1])),
        OperationEvent.Kind => $"{OperationEvent.Kind}/{new OperationId(subject.Split('/')[1])}",
        var other => $"no kind of subject: {other}",
    };
}
