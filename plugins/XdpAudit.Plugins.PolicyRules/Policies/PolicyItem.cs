namespace XdpAudit.Plugins.PolicyRules;

/// <summary>A policy as it was written, before it is understood: the same tree for a file and for settings.</summary>
internal abstract record PolicyItem
{
    private PolicyItem()
    {
    }

    /// <summary>What it is, in a message.</summary>
    internal abstract string InWords { get; }

    /// <summary>Named members, in the order written.</summary>
    internal sealed record Members(IReadOnlyList<(string Name, PolicyItem Item)> All) : PolicyItem
    {
        internal override string InWords => "an object";
    }

    /// <summary>A list.</summary>
    internal sealed record Many(IReadOnlyList<PolicyItem> All) : PolicyItem
    {
        internal override string InWords => "a list";
    }

    /// <summary>Text, a number, a truth value or nothing. Settings know text only, so they may stand for all of them.</summary>
    internal sealed record One(string Text, WrittenAs As) : PolicyItem
    {
        internal override string InWords => As is WrittenAs.Text or WrittenAs.Setting ? Words.Quoted(Text) : Text;
    }
}

/// <summary>How a value was written.</summary>
internal enum WrittenAs
{
    /// <summary>In settings, where everything is text.</summary>
    Setting,

    /// <summary>In quotes.</summary>
    Text,

    /// <summary>As a number.</summary>
    Number,

    /// <summary>true or false.</summary>
    Truth,

    /// <summary>null.</summary>
    Null,
}
