using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>Who did it: a process, or nobody we know and why we do not know.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Process), "process")]
[JsonDerivedType(typeof(Kernel), "kernel")]
[JsonDerivedType(typeof(Unknown), "unknown")]
public abstract record Actor
{
    private Actor()
    {
    }

    /// <summary>A process that is known.</summary>
    public sealed record Process(ProcessIdentity Identity) : Actor;

    /// <summary>The kernel itself, for example when an interface goes.</summary>
    public sealed record Kernel(string Why) : Actor;

    /// <summary>Not known, with the reason.</summary>
    public sealed record Unknown(string Why) : Actor;
}
