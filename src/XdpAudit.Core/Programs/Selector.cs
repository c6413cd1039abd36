using System.Globalization;

namespace XdpAudit.Core;

/// <summary>How a person names an object: a kernel id, <c>id:N</c>, <c>name:X</c>, <c>tag:X</c>, <c>pin:PATH</c>, or a key.</summary>
public abstract record Selector
{
    private Selector()
    {
    }

    /// <summary>By the kernel's id.</summary>
    public sealed record ById(uint Id) : Selector;

    /// <summary>By name.</summary>
    public sealed record ByName(string Name) : Selector;

    /// <summary>By the kernel's digest.</summary>
    public sealed record ByTag(string Tag) : Selector;

    /// <summary>By a pin.</summary>
    public sealed record ByPin(string Path) : Selector;

    /// <summary>By our identity.</summary>
    public sealed record ByKey(string Key) : Selector;

    /// <summary>Reads a selector; null when it is none.</summary>
    public static Selector? Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var rest = colon < 0 ? "" : text[(colon + 1)..];
        return (colon < 0 ? "" : text[..colon]) switch
        {
            _ when uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bare) => new ById(bare),
            "id" when uint.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var id) => new ById(id),
            "name" when rest.Length > 0 => new ByName(rest),
            "tag" when rest.Length > 0 => new ByTag(rest),
            "pin" when rest.Length > 0 => new ByPin(rest),
            _ when text.StartsWith(ProgramKey.Kind + "/", StringComparison.Ordinal) || text.StartsWith(LinkKey.Kind + "/", StringComparison.Ordinal) || text.StartsWith(MapKey.Kind + "/", StringComparison.Ordinal) => new ByKey(text),
            _ => null,
        };
    }

    /// <summary>What may be meant, for those who would have to read everything else.</summary>
    public SubjectFilter Filter => this switch
    {
        ById s => new(KernelId: s.Id),
        ByName s => new(Word: s.Name),
        ByTag s => new(Word: s.Tag),
        ByPin s => new(Word: s.Path),
        ByKey s => new(KeyPart: s.Key),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Does it mean this program?</summary>
    public bool Fits(ProgramState program) => this switch
    {
        ById s => program.Facts.Key.Id.Value == s.Id,
        ByName s => program.Facts.Name == s.Name,
        ByTag s => program.Facts.Tag?.Value == s.Tag,
        ByPin s => HasPin(program, s.Path),
        ByKey s => program.Facts.Key.Value == s.Key,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Does it mean this link? A link goes by the name of its program.</summary>
    public bool Fits(LinkState link) => this switch
    {
        ById s => link.Key.Id.Value == s.Id,
        ByName s => link.ProgramName == s.Name,
        ByTag => false,
        ByPin s => HasPin(link, s.Path),
        ByKey s => link.Key.Value == s.Key,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static bool HasPin(KernelObjectState state, string path) => state.Pins.Any(p => p.Pin.Path.Value == path || p.Pin.ReachedBy == path);
}
