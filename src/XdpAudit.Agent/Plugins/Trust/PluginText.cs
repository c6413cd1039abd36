using System.Text.RegularExpressions;

namespace XdpAudit.Agent;

/// <summary>What the words of a manifest or an allow-list may be. They end in paths, settings and tables.</summary>
internal static partial class PluginText
{
    /// <summary>The id under which the auditor tells of an allow-list itself; no plugin has it.</summary>
    internal const string ListId = "allow-list";

    internal const string IdForm = "lower-case letters, digits, hyphens and dots, at most 64, a letter or digit first and last, and not 'allow-list'";

    internal static bool IsId(string text) => Id().IsMatch(text) && text != ListId;

    /// <summary>An absolute path in its shortest form, or one plain name.</summary>
    internal static bool IsFolder(string path) => IsOneLine(path) && (path.StartsWith('/') ? path.Length > 1 && Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) == path : IsFile(path) && !path.Contains('/', StringComparison.Ordinal));

    /// <summary>A relative path downwards in its shortest form.</summary>
    internal static bool IsFile(string name) => name.Length > 0 && IsOneLine(name) && !name.StartsWith('/') && name.Split('/').All(n => n is not ("" or "." or ".."));

    /// <summary>The plain name of an assembly.</summary>
    internal static bool IsEntry(string name) => IsFile(name) && !name.Contains('/', StringComparison.Ordinal) && name.EndsWith(".dll", StringComparison.Ordinal) && name.Length > ".dll".Length;

    /// <summary>The id that a folder's name suggests: its last word, in lower case with hyphens. <c>XdpAudit.Plugins.LeakRules</c> is <c>leak-rules</c>.</summary>
    internal static string IdOf(string folder) =>
        string.Concat(folder[(folder.LastIndexOf('.') + 1)..].Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    /// <summary>Nothing in it that a terminal would not print.</summary>
    internal static bool IsOneLine(string text) => PluginRefusals.Shown(text).Replace(@"\x5c", @"\", StringComparison.Ordinal) == text;

    [GeneratedRegex("^[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?\\z")]
    private static partial Regex Id();
}
