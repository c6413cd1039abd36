using System.Xml.Linq;

namespace XdpAudit.House.Tests;

/// <summary>The walls between the projects are those that docs/architecture.md draws.</summary>
public sealed class ProjectReferencesTests
{
    public static TheoryData<string> Projects => [.. Repository.Files("src", "*.csproj").Concat(Repository.Files("plugins", "*.csproj"))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_what_its_row_in_the_architecture_says(string project)
    {
        var name = Short(Path.GetFileNameWithoutExtension(project));
        var row = new Page("docs/architecture.md").Rows("Project").SingleOrDefault(r => r["Project"] == name);

        var references = Included(project, "ProjectReference").Select(r => Short(Path.GetFileNameWithoutExtension(r))).Distinct().Order(StringComparer.Ordinal).ToList();
        var packages = Included(project, "PackageReference").Distinct().Order(StringComparer.Ordinal).ToList();

        var needed = $"| {name} | {string.Join(", ", references)} | {string.Join(", ", packages)} |";
        Assert.True(row is not null, $"docs/architecture.md has no row for {project}; as it stands it would be {needed}");
        Assert.True(
            List(row["References"]).SequenceEqual(references) && List(row["Packages"]).SequenceEqual(packages),
            $"{project} is {needed}, and docs/architecture.md says otherwise; mend the one that is wrong");
    }

    [Fact]
    public void Nothing_that_is_shipped_references_a_test_or_a_benchmark()
    {
        var shipped = Repository.Files("src", "*.csproj").Concat(Repository.Files("plugins", "*.csproj"));

        var references = shipped.SelectMany(p => Included(p, "ProjectReference").Select(r => $"{p} references {r}"));

        Assert.DoesNotContain(references, r => r.Contains("/tests/", StringComparison.Ordinal) || r.Contains("/bench/", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_in_src_references_a_plugin()
    {
        var references = Repository.Files("src", "*.csproj").SelectMany(p => Included(p, "ProjectReference").Select(r => $"{p} references {r}"));

        Assert.DoesNotContain(references, r => r.Contains("/plugins/", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("XdpAudit.sln").Replace('\\', '/');

        var missing = Repository.Files(".", "*.csproj").Where(p => !solution.Contains($"\"{p}\"", StringComparison.Ordinal));

        Repository.None(missing, "not in the solution; dotnet sln add it");
    }

    [Fact]
    public void Every_project_has_a_section_that_says_what_does_not_belong_there()
    {
        var page = Repository.Read("docs/architecture.md").Replace("Not\nhere:", "Not here:", StringComparison.Ordinal);

        var silent = new Page("docs/architecture.md").Column("Project")
            .Where(p => !page.Contains($"### {p}\n", StringComparison.Ordinal) || !page[page.IndexOf($"### {p}\n", StringComparison.Ordinal)..].Split("\n##")[0].Contains("Not here:", StringComparison.Ordinal));

        Repository.None(silent, "no section in docs/architecture.md with 'Not here:'");
    }

    private static string Short(string name) => name.StartsWith("XdpAudit.", StringComparison.Ordinal) ? name["XdpAudit.".Length..] : name;

    private static List<string> List(string cell) => [.. cell.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    // The project's own items and those of the Directory.Build.props above it, but for the root's, which give every project its analyzers.
    private static IEnumerable<string> Included(string project, string item)
    {
        List<string> files = [Repository.Path(project)];
        for (var folder = Path.GetDirectoryName(project)!; folder.Length > 0; folder = Path.GetDirectoryName(folder)!)
        {
            files.Add(Repository.Path(Path.Combine(folder, "Directory.Build.props")));
        }

        return files.Where(File.Exists)
            .SelectMany(f => XDocument.Load(f).Descendants(item))
            .Where(e => e.Attribute("Include") is not null && !string.Equals((string?)e.Attribute("PrivateAssets"), "all", StringComparison.OrdinalIgnoreCase))
            .Select(e => ((string)e.Attribute("Include")!).Replace('\\', '/'));
    }
}
