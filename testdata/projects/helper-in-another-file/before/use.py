from client import C, artifacts

c = C()
for a in c.artifacts(3):
    print(a["path"])

for a in artifacts(3, "x"):
    print(a["path"])
