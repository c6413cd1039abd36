using System.Text.Json.Serialization;

namespace XdpAudit.Core;

/// <summary>Something that holds an object and is nobody's lifecycle of its own: a process's descriptors, or an element of a map.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ByDescriptor), "fd")]
[JsonDerivedType(typeof(ByMapElement), "map")]
public abstract record HolderFacts
{
    private HolderFacts()
    {
    }

    /// <summary>A process holds it by one descriptor at least. The number is the lowest when it was first seen.</summary>
    public sealed record ByDescriptor(ProcessIdentity Process, int Fd, int? Thread) : HolderFacts;

    /// <summary>An element of a map holds it.</summary>
    public sealed record ByMapElement(KernelMapId Map, string MapType, uint Index) : HolderFacts;

    /// <summary>What tells one holder from another.</summary>
    internal HolderIdentity Identity() => this switch
    {
        ByDescriptor d => new(InMap: false, d.Process.Pid, d.Process.StartTicks),
        ByMapElement m => new(InMap: true, m.Map.Value, m.Index),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>In words.</summary>
    internal string Words() => this switch
    {
        ByDescriptor d => $"process {d.Process.Pid} ({d.Process.Comm ?? "name not readable"}) by fd",
        ByMapElement m => $"element {m.Index} of {m.MapType} map {m.Map}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>A holder of a program, link or map was seen for the first time.</summary>
/// <param name="Held">The key of what it holds.</param>
/// <param name="Holder">The holder.</param>
public sealed record HolderAppeared(string Held, HolderFacts Holder) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Held];
}

/// <summary>A holder let go.</summary>
/// <param name="Held">The key of what it held.</param>
/// <param name="Holder">The holder.</param>
/// <param name="Why">What is known of it: <c>closed it</c>, <c>closed it or ended</c>, <c>the element was deleted or its map let go</c>.</param>
public sealed record HolderGone(string Held, HolderFacts Holder, string Why) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Held];
}
