using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace XdpAudit.Plugins.PolicyRules;

/// <summary>Reads the tree of a policy from JSON and from settings. Nothing is understood here.</summary>
internal static class PolicyItems
{
    // A member that is written twice would be two policies, one of which nobody reads.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 8 };

    /// <exception cref="JsonException">It is not JSON, or a member is there twice.</exception>
    internal static PolicyItem OfJson(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, Strict);
        return Of(document.RootElement);
    }

    internal static PolicyItem OfSettings(IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        if (children.Count == 0)
        {
            return new PolicyItem.One(section.Value ?? "", WrittenAs.Setting);
        }

        // Settings write a list as members named 0, 1, 2; no member of a policy has such a name.
        var numbers = children.Select(child => int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToList();
        return numbers.TrueForAll(number => number >= 0)
            ? new PolicyItem.Many([.. children.Zip(numbers).OrderBy(child => child.Second).Select(child => OfSettings(child.First))])
            : new PolicyItem.Members([.. children.Select(child => (child.Key, OfSettings(child)))]);
    }

    private static PolicyItem Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new PolicyItem.Members([.. element.EnumerateObject().Select(member => (member.Name, Of(member.Value)))]),
        JsonValueKind.Array => new PolicyItem.Many([.. element.EnumerateArray().Select(Of)]),
        JsonValueKind.String => new PolicyItem.One(element.GetString()!, WrittenAs.Text),
        JsonValueKind.Number => new PolicyItem.One(element.GetRawText(), WrittenAs.Number),
        JsonValueKind.True or JsonValueKind.False => new PolicyItem.One(element.GetRawText(), WrittenAs.Truth),
        _ => new PolicyItem.One("null", WrittenAs.Null),
    };
}
